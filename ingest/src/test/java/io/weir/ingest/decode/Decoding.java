package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.record;
import static io.weir.ingest.testing.RawRecords.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawHeader;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What tests of formats with schemas share. */
final class Decoding {
  private static final ValueLayout.OfFloat FLOAT_LE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Decoding() {}

  static VectorRecord.Upsert upsert(RecordDecoder decoder, byte[] value, RawHeader... headers) {
    DecodeResult result = decoder.decode(record(5, utf8("k"), value, List.of(headers)));
    Decoded decoded = assertInstanceOf(Decoded.class, result, result::toString);
    return assertInstanceOf(VectorRecord.Upsert.class, decoded.decoded());
  }

  static Rejected rejected(RecordDecoder decoder, byte[] value, RawHeader... headers) {
    DecodeResult result = decoder.decode(record(5, utf8("k"), value, List.of(headers)));
    return assertInstanceOf(Rejected.class, result, result::toString);
  }

  static List<Float> vector(VectorRecord.Upsert upsert) {
    return upsert.vector().elements(FLOAT_LE).map(one -> one.get(FLOAT_LE, 0)).toList();
  }

  static String payload(VectorRecord.Upsert upsert) {
    return new String(upsert.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  static byte[] framed(int id, byte[] data) {
    return ByteBuffer.allocate(5 + data.length).put((byte) 0).putInt(id).put(data).array();
  }

  /** A registry in a map. */
  static final class FakeRegistry implements SchemaSource.Registry {
    final Map<SchemaId, WrittenSchema> schemas = new HashMap<>();
    boolean down;
    int asked;

    @Override
    public SchemaSource.Answer find(SchemaId id) {
      asked++;
      if (down) {
        return new SchemaSource.Answer.Unanswered(new CompletableFuture<>(), "it is down");
      }
      WrittenSchema schema = schemas.get(id);
      return schema == null
          ? new SchemaSource.Answer.Unknown("no schema " + id)
          : new SchemaSource.Answer.Known(schema);
    }

    FakeRegistry with(int id, String type, String text, WrittenSchema.Reference... references) {
      schemas.put(new SchemaId.OfRegistry(id), new WrittenSchema(type, text, List.of(references)));
      return this;
    }
  }
}
