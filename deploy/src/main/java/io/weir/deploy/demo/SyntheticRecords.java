package io.weir.deploy.demo;

import java.nio.charset.StandardCharsets;

/**
 * Clustered random vectors as records of the {@code float32} format, under the keys {@code
 * synthetic-0}, {@code synthetic-1} and so on. Made when asked for, in any order; nothing is kept.
 */
final class SyntheticRecords implements RecordSource {

  /** All runs make the same vectors, so that a run can continue what another began. */
  private static final long SEED = 20_261_122L;

  private static final String KEY_PREFIX = "synthetic-";

  private final long size;
  private final ClusteredVectors vectors;

  SyntheticRecords(long size, int dimension) {
    this.size = size;
    this.vectors = new ClusteredVectors(SEED, dimension);
  }

  static String keyText(long index) {
    return KEY_PREFIX + index;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public byte[] key(long index) {
    return keyText(index).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] value(long index) {
    return vectors.littleEndian(index);
  }
}
