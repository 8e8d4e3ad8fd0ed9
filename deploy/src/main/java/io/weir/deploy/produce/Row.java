package io.weir.deploy.produce;

import org.jspecify.annotations.Nullable;

/**
 * One row of a file.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
final class Row {

  private static final byte[] NO_PAYLOAD = {};

  private final @Nullable String key;
  private final float[] vector;
  private final byte[] payload;

  /** Shares the arrays. */
  Row(@Nullable String key, float[] vector, byte[] payload) {
    this.key = key;
    this.vector = vector;
    this.payload = payload;
  }

  static Row of(float[] vector) {
    return new Row(null, vector, NO_PAYLOAD);
  }

  /** The key that the row itself has; null where its file has none. */
  @Nullable String key() {
    return key;
  }

  float[] vector() {
    return vector;
  }

  /** One JSON object in UTF-8, or nothing. */
  byte[] payload() {
    return payload;
  }
}
