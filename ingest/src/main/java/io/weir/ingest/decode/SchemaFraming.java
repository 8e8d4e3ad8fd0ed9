package io.weir.ingest.decode;

import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a value names its schema. In the header {@value #HEADER} where there is one (the last, if
 * there are several), and then all of the value is data; otherwise before the data:
 *
 * <pre>
 * byte    0                  1
 * 4 bytes id, big-endian     16 bytes  guid, big-endian
 * of Protobuf alone: number of indexes n, then n indexes, each a zigzag varint; n = 0 is one index 0
 * </pre>
 *
 * <p>The indexes are the message's way through the file: index of the top-level message, of the
 * message in it, and so on.
 *
 * @param indexes the message's way; empty for what is not Protobuf
 * @param dataFrom index of the data's first byte in the value
 */
record SchemaFraming(SchemaId id, List<Integer> indexes, int dataFrom) {
  static final String HEADER = "__value_schema_id";

  private static final int MAX_INDEXES = 100;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /**
   * Reads the framing of the value in {@code [from, to)}.
   *
   * @throws MalformedValueException if there is none
   */
  static SchemaFraming read(RawRecord source, byte[] value, int from, int to, boolean withIndexes)
      throws MalformedValueException {
    byte[] header = header(source.headers());
    SchemaFraming framing =
        header == null
            ? read(value, from, to, withIndexes)
            : read(header, 0, header.length, withIndexes);
    if (header == null) {
      if (framing == null) {
        throw new MalformedValueException(
            RejectReason.NOT_FRAMED,
            "the value does not begin with the id of a schema, there is no header "
                + HEADER
                + ", and no schema-file is set");
      }
      return framing;
    }
    if (framing == null || framing.dataFrom != header.length) {
      throw new MalformedValueException(
          RejectReason.MALFORMED_SCHEMA_HEADER,
          "header " + HEADER + " of " + header.length + " bytes is no id of a schema");
    }
    return new SchemaFraming(framing.id, framing.indexes, from);
  }

  /** Reads what stands before the data; null if that is no framing. */
  static @Nullable SchemaFraming read(byte[] bytes, int from, int to, boolean withIndexes) {
    SchemaId id;
    int at;
    if (to - from > Integer.BYTES && bytes[from] == 0) {
      id = new SchemaId.OfRegistry((int) INTS.get(bytes, from + 1));
      at = from + 1 + Integer.BYTES;
    } else if (to - from > 2 * Long.BYTES && bytes[from] == 1) {
      id =
          new SchemaId.Guid(
              new UUID(
                  (long) LONGS.get(bytes, from + 1),
                  (long) LONGS.get(bytes, from + 1 + Long.BYTES)));
      at = from + 1 + 2 * Long.BYTES;
    } else {
      return null;
    }
    return withIndexes ? withIndexes(id, bytes, at, to) : new SchemaFraming(id, List.of(), at);
  }

  private static @Nullable SchemaFraming withIndexes(SchemaId id, byte[] bytes, int from, int to) {
    Varints varints = new Varints(bytes, from, to);
    long count = varints.zigzag();
    if (varints.failed() || count < 0 || count > MAX_INDEXES) {
      return null;
    }
    List<Integer> indexes = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long index = varints.zigzag();
      if (index < 0 || index > Integer.MAX_VALUE) {
        return null;
      }
      indexes.add((int) index);
    }
    return varints.failed()
        ? null
        : new SchemaFraming(id, count == 0 ? List.of(0) : indexes, varints.at());
  }

  private static byte @Nullable [] header(List<RawHeader> headers) {
    byte[] found = null;
    for (RawHeader header : headers) {
      if (header.name().equals(HEADER)) {
        found = header.value();
      }
    }
    return found;
  }
}
