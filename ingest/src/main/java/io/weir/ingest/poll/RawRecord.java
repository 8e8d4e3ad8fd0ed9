package io.weir.ingest.poll;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a partition, as it was sent and off Kafka's types.
 *
 * <p>A class and not a record because arrays have no value equality. The arrays are shared with
 * whoever reads them and never written.
 */
public final class RawRecord {
  private final long offset;
  private final long timestampMillis;
  private final int leaderEpoch;
  private final byte @Nullable [] key;
  private final byte @Nullable [] value;
  private final List<RawHeader> headers;

  /** Shares the arrays and the list. */
  public RawRecord(
      long offset,
      long timestampMillis,
      int leaderEpoch,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<RawHeader> headers) {
    this.offset = offset;
    this.timestampMillis = timestampMillis;
    this.leaderEpoch = leaderEpoch;
    this.key = key;
    this.value = value;
    this.headers = headers;
  }

  /** The offset in its partition. */
  public long offset() {
    return offset;
  }

  /** The Kafka timestamp in milliseconds since the epoch; -1 where the record has none. */
  public long timestampMillis() {
    return timestampMillis;
  }

  /**
   * The leader epoch of the record, or {@link io.weir.storage.record.SourcePosition#UNKNOWN_EPOCH}.
   */
  public int leaderEpoch() {
    return leaderEpoch;
  }

  /** The key's bytes; null where there is none. */
  public byte @Nullable [] key() {
    return key;
  }

  /** The value's bytes; null is a tombstone. */
  public byte @Nullable [] value() {
    return value;
  }

  /** The headers, in the order in which they were sent. */
  public List<RawHeader> headers() {
    return headers;
  }

  /** Bytes of key, value and headers together. */
  public long bytes() {
    long bytes = (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
    for (RawHeader header : headers) {
      bytes += header.bytes();
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "RawRecord[offset " + offset + ", " + bytes() + " bytes]";
  }
}
