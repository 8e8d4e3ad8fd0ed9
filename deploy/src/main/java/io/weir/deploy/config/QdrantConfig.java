package io.weir.deploy.config;

/**
 * How clients of Qdrant read.
 *
 * @param enabled whether they can
 * @param idMode what keys are as ids of points
 */
public record QdrantConfig(boolean enabled, IdMode idMode) {

  /** What keys are as ids of points. */
  public enum IdMode {
    /** The keys, as strings. */
    STRING,
    /** Numbers where keys are decimal numbers. */
    UINT64,
    /** UUIDs made of the keys. */
    UUID5
  }

  /** They can; ids are strings. */
  public static QdrantConfig defaults() {
    return new QdrantConfig(true, IdMode.STRING);
  }
}
