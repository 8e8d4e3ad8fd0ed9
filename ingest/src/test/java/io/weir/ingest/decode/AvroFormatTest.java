package io.weir.ingest.decode;

import static io.weir.ingest.decode.Decoding.framed;
import static io.weir.ingest.decode.Decoding.payload;
import static io.weir.ingest.decode.Decoding.rejected;
import static io.weir.ingest.decode.Decoding.upsert;
import static io.weir.ingest.decode.Decoding.vector;
import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.record;
import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.decode.DecodeResult.Waiting;
import io.weir.ingest.poll.RawHeader;
import io.weir.storage.record.VectorRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are written by the Avro library. */
class AvroFormatTest {
  private static final String FLOATS = "{'type':'array','items':'float'}";
  private static final String VECTOR = "{'name':'vector','type':" + FLOATS + "}";
  private static final int RUNS = 10_000;

  private final Decoding.FakeRegistry registry = new Decoding.FakeRegistry();
  private final RecordDecoder decoder = RecordDecoder.avro("films", "vector", registry);

  @Test
  void theVectorIsASliceOfTheValue() {
    Schema schema = register(7, VECTOR);
    byte[] value = framed(7, written(schema, Map.of("vector", List.of(1f, -0f, 2.5f))));

    VectorRecord.Upsert upsert = upsert(decoder, value);

    assertEquals(List.of(1f, -0f, 2.5f), vector(upsert));
    assertSame(value, upsert.vector().heapBase().orElseThrow());
    assertEquals("", payload(upsert));
    assertEquals(5, upsert.offset());
    assertEquals(1_005, upsert.timestampMillis());
  }

  @Test
  void doublesAreRoundedToTheNearestFloat() {
    Schema schema = register(7, "{'name':'vector','type':{'type':'array','items':'double'}}");

    VectorRecord.Upsert upsert =
        upsert(decoder, framed(7, written(schema, Map.of("vector", List.of(0.1, 1e300, -1e-300)))));

    assertEquals(List.of(0.1f, Float.POSITIVE_INFINITY, -0f), vector(upsert));
  }

  @Test
  void bytesAndFixedAreLittleEndianFloats() {
    Schema schema = register(7, "{'name':'vector','type':'bytes'}");
    Schema fixed = register(8, "{'name':'vector','type':{'type':'fixed','name':'F','size':8}}");

    assertEquals(
        List.of(1f, 2f),
        vector(
            upsert(
                decoder,
                framed(7, written(schema, Map.of("vector", ByteBuffer.wrap(bytes(1, 2))))))));
    assertEquals(
        List.of(3f, 4f),
        vector(
            upsert(
                decoder,
                framed(
                    8,
                    written(
                        fixed,
                        Map.of(
                            "vector",
                            new GenericData.Fixed(
                                fixed.getField("vector").schema(), bytes(3, 4))))))));
    assertEquals(
        RejectReason.VALUE_NOT_FLOAT32,
        rejected(
                decoder, framed(7, written(schema, Map.of("vector", ByteBuffer.wrap(new byte[7])))))
            .reason());
  }

  @Test
  void anArrayInSeveralBlocksIsJoined() {
    register(7, VECTOR);
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    value.write(4); // two items
    value.writeBytes(bytes(1, 2));
    value.write(1); // one item, with its length
    value.write(8);
    value.writeBytes(bytes(3));
    value.write(0);

    assertEquals(List.of(1f, 2f, 3f), vector(upsert(decoder, framed(7, value.toByteArray()))));
  }

  @Test
  void allOtherFieldsAreThePayload() {
    Schema schema =
        register(
            7,
            "{'name':'id','type':['null','string']},"
                + "{'name':'title','type':'string'},"
                + VECTOR
                + ",{'name':'collection_name','type':'string'}"
                + ",{'name':'year','type':['null','int']}"
                + ",{'name':'big','type':'long'}"
                + ",{'name':'f','type':'float'},{'name':'d','type':'double'}"
                + ",{'name':'flag','type':'boolean'},{'name':'raw','type':'bytes'}"
                + ",{'name':'kind','type':{'type':'enum','name':'K','symbols':['A','B']}}"
                + ",{'name':'tags','type':{'type':'array','items':'string'}}"
                + ",{'name':'more','type':{'type':'map','values':['null','long']}}"
                + ",{'name':'in','type':{'type':'record','name':'In','fields':["
                + "{'name':'none','type':'null'}]}}"
                + ",{'name':'price','type':{'type':'bytes','logicalType':'decimal','precision':9,"
                + "'scale':2}}");
    GenericRecord value = new GenericData.Record(schema);
    value.put("id", "k");
    value.put("title", "Der \"Käse\"\n");
    value.put("vector", List.of(1f));
    value.put("collection_name", "films");
    value.put("year", null);
    value.put("big", Long.MAX_VALUE);
    value.put("f", 0.1f);
    value.put("d", Double.NaN);
    value.put("flag", true);
    value.put("raw", ByteBuffer.wrap(new byte[] {1, 2, 3}));
    value.put("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), "B"));
    value.put("tags", List.of("a", "b"));
    value.put("more", Map.of("n", 3L));
    value.put("in", new GenericData.Record(schema.getField("in").schema()));
    Schema price = schema.getField("price").schema();
    value.put(
        "price",
        new Conversions.DecimalConversion()
            .toBytes(new BigDecimal("-12.50"), price, price.getLogicalType()));

    assertEquals(
        "{\"title\":\"Der \\\"Käse\\\"\\n\",\"year\":null,\"big\":9223372036854775807,\"f\":0.1,"
            + "\"d\":\"NaN\",\"flag\":true,\"raw\":\"AQID\",\"kind\":\"B\",\"tags\":[\"a\",\"b\"],"
            + "\"more\":{\"n\":3},\"in\":{\"none\":null},\"price\":-12.50}",
        payload(upsert(decoder, framed(7, written(value)))));
  }

  @Test
  void aFieldPayloadIsThePayload() {
    Schema map = register(7, VECTOR + ",{'name':'payload','type':{'type':'map','values':'int'}}");
    Schema text = register(8, VECTOR + ",{'name':'payload','type':['null','string']}");

    assertEquals(
        "{\"year\":1999}",
        payload(
            upsert(
                decoder,
                framed(
                    7,
                    written(
                        map, Map.of("vector", List.of(1f), "payload", Map.of("year", 1999)))))));
    assertEquals(
        "{ \"a\" : 1.0 }",
        payload(upsert(decoder, framed(8, written(text, withPayload("{ \"a\" : 1.0 }"))))));
    assertEquals("", payload(upsert(decoder, framed(8, written(text, withPayload(""))))));
    assertEquals(
        "", payload(upsert(decoder, framed(8, written(text, Map.of("vector", List.of(1f)))))));
    assertEquals(
        RejectReason.PAYLOAD_NOT_OBJECT,
        rejected(decoder, framed(8, written(text, withPayload("[1]")))).reason());
    Rejected malformed = rejected(decoder, framed(8, written(text, withPayload("{\"a\":01}"))));
    assertEquals(RejectReason.MALFORMED_JSON, malformed.reason());
    assertEquals("at byte 6 of the payload: a number has no leading zeros", malformed.detail());
  }

  @Test
  void theVectorMayHaveAnotherName() {
    Schema schema =
        register(7, "{'name':'embedding','type':" + FLOATS + "},{'name':'vector','type':'string'}");

    VectorRecord.Upsert upsert =
        upsert(
            RecordDecoder.avro("films", "embedding", registry),
            framed(7, written(schema, Map.of("embedding", List.of(1f), "vector", "v"))));

    assertEquals(List.of(1f), vector(upsert));
    assertEquals("{\"vector\":\"v\"}", payload(upsert));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SCHEMA_WITHOUT_VECTOR | {'name':'x','type':'int'}"
            + " | schema id 7: record Film has no field vector",
        "SCHEMA_WITHOUT_VECTOR | {'name':'vector','type':'string'}"
            + " | schema id 7: field vector is string; it must be an array of float or double",
        "SCHEMA_WITHOUT_VECTOR | {'name':'vector','type':{'type':'array','items':'int'}}"
            + " | schema id 7: field vector is array of int;",
        "UNUSABLE_SCHEMA | {'name':'id','type':'bytes'},{'name':'vector','type':'bytes'}"
            + " | schema id 7: field id is bytes; it must be a string, an int or a long",
        "UNUSABLE_SCHEMA | {'name':'payload','type':'int'},{'name':'vector','type':'bytes'}"
            + " | schema id 7: field payload is int; it must be a record, a map or a string",
        "UNKNOWN_FIELD | {'name':'payload','type':'string'},{'name':'vector','type':'bytes'},"
            + "{'name':'year','type':'int'} | schema id 7: field year stands beside a field payload",
        "UNUSABLE_SCHEMA | {'name':'vector','type':'nonsense'}"
            + " | schema id 7: is no Avro schema:",
      })
  void aSchemaThatCannotBeUsedRejectsWithTheReason(
      RejectReason reason, String fields, String detail) {
    registry.with(7, WrittenSchema.AVRO, schemaText(fields));

    Rejected rejected = rejected(decoder, framed(7, new byte[] {0}));

    assertEquals(reason, rejected.reason(), rejected.detail());
    assertTrue(rejected.detail().startsWith(detail), rejected.detail());
  }

  @Test
  void aSchemaOfAnotherTypeRejects() {
    registry.with(7, WrittenSchema.PROTOBUF, "syntax = \"proto3\";");

    Rejected rejected = rejected(decoder, framed(7, new byte[] {0}));

    assertEquals(RejectReason.UNUSABLE_SCHEMA, rejected.reason());
    assertEquals("schema id 7: is of type PROTOBUF, not AVRO", rejected.detail());
  }

  @Test
  void whatTheValueSaysMustBeWhatTheRecordSays() {
    Schema schema =
        register(
            7,
            VECTOR
                + ",{'name':'id','type':['long','string']}"
                + ",{'name':'collection_name','type':['null','string']}");

    assertEquals(
        RejectReason.ID_NOT_KEY,
        rejected(decoder, framed(7, written(schema, Map.of("vector", List.of(1f), "id", 42L))))
            .reason());
    assertEquals(
        RejectReason.OTHER_COLLECTION,
        rejected(
                decoder,
                framed(
                    7,
                    written(
                        schema,
                        Map.of("vector", List.of(1f), "id", "k", "collection_name", "books"))))
            .reason());
  }

  @Test
  void aNullVectorIsMissing() {
    Schema schema = register(7, "{'name':'vector','type':['null'," + FLOATS + "]}");

    assertEquals(
        RejectReason.MISSING_VECTOR,
        rejected(decoder, framed(7, written(schema, Map.of()))).reason());
  }

  @ParameterizedTest
  @CsvSource({
    "'', at byte 5: a number of variable length is cut off or too long",
    "0400000000, at byte 6: cut off",
    "0200000000, at byte 10: a number of variable length is cut off or too long",
    "020000000000ff, at byte 11: there is more after the record",
    "feffffffffffffffff01, at byte 15: a block of 9223372036854775807 items is cut off",
    "ffffffffffffffffffff01, at byte 5: a number of variable length is cut off or too long",
  })
  void aValueThatIsNotOfItsSchemaIsRejectedWithThePlace(String hex, String detail) {
    register(7, VECTOR);

    Rejected rejected = rejected(decoder, framed(7, java.util.HexFormat.of().parseHex(hex)));

    assertEquals(RejectReason.MALFORMED_AVRO, rejected.reason());
    assertEquals(detail, rejected.detail());
  }

  @Test
  void aFewBytesDoNotBecomeAnEndlessPayload() {
    register(7, VECTOR + ",{'name':'nulls','type':{'type':'array','items':'null'}}");
    byte[] value =
        java.util.HexFormat.of().parseHex("020000803f00" + "feffffffffffffffff01" + "00");

    assertEquals(RejectReason.PAYLOAD_TOO_LARGE, rejected(decoder, framed(7, value)).reason());
  }

  @Test
  void textThatIsNotUtf8IsRejected() {
    register(7, VECTOR + ",{'name':'title','type':'string'}");

    Rejected rejected =
        rejected(decoder, framed(7, java.util.HexFormat.of().parseHex("020000803f0004c328")));

    assertEquals(RejectReason.PAYLOAD_NOT_UTF8, rejected.reason());
    assertEquals("byte 12 of the value is not UTF-8", rejected.detail());
  }

  @Test
  void theHeaderNamesTheSchemaByItsGuid() {
    UUID guid = UUID.fromString("89791762-2336-4186-9674-299b90a802e2");
    Schema schema = parse(VECTOR);
    registry.schemas.put(
        new SchemaId.Guid(guid),
        new WrittenSchema(WrittenSchema.AVRO, schema.toString(), List.of()));
    byte[] header =
        ByteBuffer.allocate(17)
            .put((byte) 1)
            .putLong(guid.getMostSignificantBits())
            .putLong(guid.getLeastSignificantBits())
            .array();
    byte[] data = written(schema, Map.of("vector", List.of(1f, 2f)));

    assertEquals(
        List.of(1f, 2f), vector(upsert(decoder, data, new RawHeader("__value_schema_id", header))));
    // The same before the value.
    byte[] prefixed = ByteBuffer.allocate(17 + data.length).put(header).put(data).array();
    assertEquals(List.of(1f, 2f), vector(upsert(decoder, prefixed)));
    // The last header counts, and one that is none is told.
    Rejected rejected =
        rejected(
            decoder,
            data,
            new RawHeader("__value_schema_id", header),
            new RawHeader("__value_schema_id", Arrays.copyOf(header, 16)));
    assertEquals(RejectReason.MALFORMED_SCHEMA_HEADER, rejected.reason());
    assertEquals("header __value_schema_id of 16 bytes is no id of a schema", rejected.detail());
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "00000000", "0200000007", "7b7d"})
  void aValueThatNamesNoSchemaIsRejected(String hex) {
    assertEquals(
        RejectReason.NOT_FRAMED,
        rejected(decoder, java.util.HexFormat.of().parseHex(hex)).reason());
  }

  @Test
  void aSchemaThatTheRegistryDoesNotKnowIsRejectedAndAskedForAgain() {
    byte[] value = framed(7, written(parse(VECTOR), Map.of("vector", List.of(1f))));

    Rejected rejected = rejected(decoder, value);

    assertEquals(RejectReason.UNKNOWN_SCHEMA, rejected.reason());
    assertEquals("no schema id 7", rejected.detail());
    register(7, VECTOR);
    assertEquals(List.of(1f), vector(upsert(decoder, value)));
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNoReject() {
    register(7, VECTOR);
    registry.down = true;
    byte[] value = framed(7, written(parse(VECTOR), Map.of("vector", List.of(1f))));

    Waiting waiting =
        assertInstanceOf(Waiting.class, decoder.decode(record(0, utf8("k"), value, List.of())));

    assertEquals("it is down", waiting.error());
    registry.down = false;
    assertEquals(List.of(1f), vector(upsert(decoder, value)));
    int asked = registry.asked;
    assertEquals(List.of(1f), vector(upsert(decoder, value)));
    assertEquals(asked, registry.asked, "a schema is asked for once");
  }

  @Test
  void aSchemaMayReferToOthers() {
    registry.with(
        7,
        WrittenSchema.AVRO,
        schemaText(VECTOR + ",{'name':'in','type':'x.In'}"),
        new WrittenSchema.Reference(
            "x.In",
            "{\"type\":\"record\",\"name\":\"In\",\"namespace\":\"x\",\"fields\":"
                + "[{\"name\":\"a\",\"type\":\"int\"}]}"));

    assertEquals(
        "{\"in\":{\"a\":1}}",
        payload(upsert(decoder, framed(7, java.util.HexFormat.of().parseHex("020000803f0002")))));
  }

  @Test
  void withAFileValuesAreBareOrFramed() {
    Schema schema = parse("{'name':'title','type':['null','string']}," + VECTOR);
    RecordDecoder ofFile =
        RecordDecoder.avro(
            "films",
            "vector",
            new SchemaSource.OfFile("film.avsc", utf8(schema.toString()), Optional.empty()));
    byte[] bare = written(schema, Map.of("vector", List.of(1f, 2f)));

    assertEquals(0, bare[0], "begins like a framing");
    assertEquals(List.of(1f, 2f), vector(upsert(ofFile, bare)));
    assertEquals(List.of(1f, 2f), vector(upsert(ofFile, framed(99, bare))));
    assertEquals(
        "at byte 0: the schema has no branch 2", rejected(ofFile, new byte[] {4, 4, 4}).detail());
  }

  @Test
  void aFileThatCannotBeUsedIsRefusedAtOnce() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                RecordDecoder.avro(
                    "films",
                    "vector",
                    new SchemaSource.OfFile(
                        "film.avsc",
                        utf8(schemaText("{'name':'x','type':'int'}")),
                        Optional.empty())));

    assertEquals("film.avsc: record Film has no field vector", refused.getMessage());
  }

  @Test
  void neverThrowsOnAValueThatWasDamaged() {
    Schema schema =
        register(
            7,
            "{'name':'s','type':['null','string']},"
                + VECTOR
                + ",{'name':'m','type':{'type':'map','values':{'type':'array','items':'bytes'}}}"
                + ",{'name':'self','type':['null','Film']}");
    GenericRecord inner = new GenericData.Record(schema);
    inner.put("vector", List.of(9f));
    inner.put("m", Map.of("a", List.of(ByteBuffer.wrap(new byte[5]))));
    GenericRecord outer = new GenericData.Record(schema);
    outer.put("s", "text");
    outer.put("vector", List.of(1f, 2f, 3f));
    outer.put("m", Map.of());
    outer.put("self", inner);
    byte[] whole = framed(7, written(outer));
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      byte[] damaged = Arrays.copyOf(whole, 5 + random.nextInt(whole.length));
      for (int i = random.nextInt(5); i > 0; i--) {
        damaged[5 + random.nextInt(damaged.length - 4) - 1] = (byte) random.nextInt(256);
      }
      assertDoesNotThrow(
          () -> decoder.decode(record(0, utf8("k"), damaged, List.of())),
          () -> Arrays.toString(damaged) + ": rerun with -Dweir.seed=" + seed);
    }
  }

  private static Map<String, Object> withPayload(String payload) {
    return Map.of("vector", List.of(1f), "payload", payload);
  }

  private Schema register(int id, String fields) {
    registry.with(id, WrittenSchema.AVRO, schemaText(fields));
    return parse(fields);
  }

  private static Schema parse(String fields) {
    return new Schema.Parser().parse(schemaText(fields));
  }

  private static String schemaText(String fields) {
    return ("{'type':'record','name':'Film','fields':[" + fields + "]}").replace('\'', '"');
  }

  private static byte[] written(Schema schema, Map<String, ?> fields) {
    GenericRecord value = new GenericData.Record(schema);
    fields.forEach(value::put);
    return written(value);
  }

  private static byte[] written(GenericRecord value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(value.getSchema()).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
