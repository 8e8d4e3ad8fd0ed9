package io.weir.ingest.poll;

import org.jspecify.annotations.Nullable;

/**
 * One header of a record, as it was sent.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
public final class RawHeader {
  private final String name;
  private final byte @Nullable [] value;

  /** Shares the array. */
  public RawHeader(String name, byte @Nullable [] value) {
    this.name = name;
    this.value = value;
  }

  /** The name; several headers of a record may bear the same. */
  public String name() {
    return name;
  }

  /** The bytes, shared; null where the producer sent null. */
  public byte @Nullable [] value() {
    return value;
  }

  int bytes() {
    return name.length() + (value == null ? 0 : value.length);
  }
}
