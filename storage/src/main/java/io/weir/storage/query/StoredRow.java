package io.weir.storage.query;

/**
 * One live row, copied out of the store: nothing in it is shared with it.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
public final class StoredRow {
  private final String key;
  private final int partition;
  private final long offset;
  private final long timestampMillis;
  private final float[] vector;
  private final byte[] payload;

  /** Takes ownership of the arrays. */
  public StoredRow(
      String key,
      int partition,
      long offset,
      long timestampMillis,
      float[] vector,
      byte[] payload) {
    this.key = key;
    this.partition = partition;
    this.offset = offset;
    this.timestampMillis = timestampMillis;
    this.vector = vector;
    this.payload = payload;
  }

  /** The key. */
  public String key() {
    return key;
  }

  /** The partition that the row came from. */
  public int partition() {
    return partition;
  }

  /** The Kafka offset that the row came from. */
  public long offset() {
    return offset;
  }

  /** The Kafka timestamp in milliseconds since the epoch; -1 where the record had none. */
  public long timestampMillis() {
    return timestampMillis;
  }

  /** The vector, bit for bit as it was sent; empty where the query did not ask for it. */
  public float[] vector() {
    return vector;
  }

  /** The payload, byte for byte as it was sent; empty where there is none or nobody asked. */
  public byte[] payload() {
    return payload;
  }

  @Override
  public String toString() {
    return "StoredRow[" + key + " @" + partition + ":" + offset + "]";
  }
}
