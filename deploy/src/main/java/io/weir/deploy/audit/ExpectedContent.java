package io.weir.deploy.audit;

/**
 * The vector and the payload of a record.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
final class ExpectedContent {

  /** Of a record that compaction has removed meanwhile. */
  static final ExpectedContent GONE = new ExpectedContent(new byte[0], new byte[0]);

  private final byte[] vector;
  private final byte[] payload;

  ExpectedContent(byte[] vector, byte[] payload) {
    this.vector = vector;
    this.payload = payload;
  }

  /** Little-endian float32. */
  byte[] vector() {
    return vector;
  }

  byte[] payload() {
    return payload;
  }
}
