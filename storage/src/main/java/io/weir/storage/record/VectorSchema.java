package io.weir.storage.record;

/**
 * What all vectors of a collection have in common; fixed when its first record is made durable.
 *
 * @param dimension components in each vector, 1..{@link #MAX_DIMENSION}
 * @param metric how they are compared
 */
public record VectorSchema(int dimension, Metric metric) {

  /** The most components of a vector. */
  public static final int MAX_DIMENSION = 65_536;

  /** The longest key, in bytes of UTF-8. */
  public static final int MAX_KEY_BYTES = 1_024;

  /** The longest payload, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = 1 << 20;

  /** Checks the range. */
  public VectorSchema {
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "dimension is " + dimension + "; allowed are 1 to " + MAX_DIMENSION);
    }
  }

  /** Bytes of one vector. */
  public int vectorBytes() {
    return dimension * Float.BYTES;
  }
}
