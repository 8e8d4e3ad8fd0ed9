package io.weir.ingest.poll;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a partition, as it was sent and off Kafka's types.
 *
 * <p>A class and not a record because arrays have no value equality. The arrays are shared with
 * whoever reads them and never written; a value may be a part of the array that Kafka's client
 * received it in.
 */
public final class RawRecord {
  private final long offset;
  private final long timestampMillis;
  private final int leaderEpoch;
  private final byte @Nullable [] key;
  private final byte @Nullable [] valueArray;
  private final int valueFrom;
  private final int valueTo;
  private final List<RawHeader> headers;

  /** Shares the arrays and the list. */
  public RawRecord(
      long offset,
      long timestampMillis,
      int leaderEpoch,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<RawHeader> headers) {
    this(
        offset,
        timestampMillis,
        leaderEpoch,
        key,
        value,
        0,
        value == null ? 0 : value.length,
        headers);
  }

  /** As the other, with a value that is {@code [valueFrom, valueTo)} of an array. */
  RawRecord(
      long offset,
      long timestampMillis,
      int leaderEpoch,
      byte @Nullable [] key,
      byte @Nullable [] valueArray,
      int valueFrom,
      int valueTo,
      List<RawHeader> headers) {
    this.offset = offset;
    this.timestampMillis = timestampMillis;
    this.leaderEpoch = leaderEpoch;
    this.key = key;
    this.valueArray = valueArray;
    this.valueFrom = valueFrom;
    this.valueTo = valueTo;
    this.headers = headers;
  }

  /** Returns this record with other headers. */
  public RawRecord withHeaders(List<RawHeader> others) {
    return new RawRecord(
        offset, timestampMillis, leaderEpoch, key, valueArray, valueFrom, valueTo, others);
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

  /** The value's bytes, copied where they are a part of an array; null is a tombstone. */
  public byte @Nullable [] value() {
    return valueArray == null || valueTo - valueFrom == valueArray.length
        ? valueArray
        : Arrays.copyOfRange(valueArray, valueFrom, valueTo);
  }

  /** The array that holds the value; null is a tombstone. */
  public byte @Nullable [] valueArray() {
    return valueArray;
  }

  /** Index of the value's first byte in its array. */
  public int valueFrom() {
    return valueFrom;
  }

  /** Index behind the value's last byte in its array. */
  public int valueTo() {
    return valueTo;
  }

  /** The headers, in the order in which they were sent. */
  public List<RawHeader> headers() {
    return headers;
  }

  /** Bytes of key, value and headers together. */
  public long bytes() {
    long bytes = (key == null ? 0L : key.length) + (valueTo - valueFrom);
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
