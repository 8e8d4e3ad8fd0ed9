package io.weir.ingest.testing;

import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes raw records. */
public final class RawRecords {
  /** The leader epoch of all of them. */
  public static final int EPOCH = 3;

  private RawRecords() {}

  /** A record with these bytes and headers. */
  public static RawRecord record(
      long offset, byte @Nullable [] key, byte @Nullable [] value, List<RawHeader> headers) {
    return new RawRecord(offset, 1_000 + offset, EPOCH, key, value, headers);
  }

  /** A record with a key and a value of text; a null value is a tombstone. */
  public static RawRecord text(long offset, String key, @Nullable String value) {
    return record(offset, utf8(key), value == null ? null : utf8(value), List.of());
  }

  /** A record whose value is a vector in the float32 format. */
  public static RawRecord floats(long offset, String key, float... vector) {
    return record(offset, utf8(key), bytes(vector), List.of());
  }

  /** A vector as little-endian float32. */
  public static byte[] bytes(float... vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float component : vector) {
      bytes.putFloat(component);
    }
    return bytes.array();
  }

  /** Text as bytes. */
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
