package io.weir.api;

/**
 * How the store is read by clients of Qdrant.
 *
 * @param enabled whether it is
 * @param ids what keys are as ids of points
 */
public record QdrantSettings(boolean enabled, Ids ids) {

  private static final QdrantSettings DEFAULTS = new QdrantSettings(true, Ids.STRING);

  /** What keys are as ids of points. */
  public enum Ids {
    /** The keys, as strings. */
    STRING,
    /** Numbers where keys are whole numbers of 64 bits without a sign; the keys elsewhere. */
    UINT64,
    /**
     * UUIDs: those that keys are; of other keys a UUID of version 5, of the key's UTF-8 within the
     * namespace of object identifiers of RFC 9562.
     */
    UUID5
  }

  /** Switched on; ids are strings. */
  public static QdrantSettings defaults() {
    return DEFAULTS;
  }
}
