package io.weir.ingest.decode;

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

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.decode.DecodeResult.Waiting;
import io.weir.ingest.poll.RawHeader;
import io.weir.storage.record.VectorRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values are written by the Protobuf library. */
class ProtobufFormatTest {
  private static final int RUNS = 10_000;
  private static final String FILM =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/struct.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      // The second message, and one in it.
      message Other { int32 x = 1; }
      message Film {
        message Small { repeated float vector = 1; }
        string id = 1;
        repeated float vector = 2;
        string collection_name = 3;
        string title = 4;
        optional int32 year = 5;
        int64 big = 6;
        uint64 huge = 7;
        double d = 8;
        bytes raw = 9;
        Kind kind = 10;
        repeated string tags = 11;
        map<string, Other> more = 12;
        google.protobuf.Struct free = 13;
        google.protobuf.Timestamp at = 14;
        google.protobuf.Int64Value wrapped = 15;
        oneof choice { bool flag = 16; Other other = 17; }
      }
      enum Kind { NONE = 0; LONG = 1; }
      """;

  private final Decoding.FakeRegistry registry =
      new Decoding.FakeRegistry().with(7, WrittenSchema.PROTOBUF, FILM);
  private final RecordDecoder decoder = RecordDecoder.protobuf("films", "vector", registry);

  @Test
  void theVectorIsASliceOfTheValue() throws UnusableSchemaException {
    register(8, "repeated float vector = 1;");
    byte[] value = framed(8, message("repeated float vector = 1;", 1, 1f, -0f, 2.5f), 0);

    VectorRecord.Upsert upsert = upsert(decoder, value);

    assertEquals(List.of(1f, -0f, 2.5f), vector(upsert));
    assertSame(value, upsert.vector().heapBase().orElseThrow());
    assertEquals("", payload(upsert));
  }

  @Test
  void allOtherFieldsAreThePayload() throws UnusableSchemaException {
    Descriptor film = descriptor(FILM).findMessageTypeByName("Film");
    DynamicMessage.Builder value = DynamicMessage.newBuilder(film);
    set(value, "id", "k");
    add(value, "vector", 0.5f);
    set(value, "collection_name", "films");
    set(value, "title", "Der \"Käse\"");
    set(value, "big", Long.MAX_VALUE);
    set(value, "huge", -1L);
    set(value, "d", Double.NEGATIVE_INFINITY);
    set(value, "raw", ByteString.copyFrom(new byte[] {1, 2, 3}));
    set(value, "kind", film.getFile().findEnumTypeByName("Kind").findValueByNumber(1));
    add(value, "tags", "a");
    set(value, "other", DynamicMessage.newBuilder(field(film, "other").getMessageType()).build());
    set(value, "at", timestamp(film, 86_400, 500_000_000));
    set(value, "wrapped", parsed(field(film, "wrapped").getMessageType(), new byte[] {8, 5}));
    set(
        value,
        "free",
        parsed(
            field(film, "free").getMessageType(),
            com.google.protobuf.Struct.newBuilder()
                .putFields("a", com.google.protobuf.Value.newBuilder().setNumberValue(1.5).build())
                .putFields(
                    "b",
                    com.google.protobuf.Value.newBuilder()
                        .setListValue(
                            com.google.protobuf.ListValue.newBuilder()
                                .addValues(
                                    com.google.protobuf.Value.newBuilder()
                                        .setNullValue(com.google.protobuf.NullValue.NULL_VALUE)))
                        .build())
                .build()
                .toByteArray()));

    assertEquals(
        "{\"title\":\"Der \\\"Käse\\\"\",\"big\":9223372036854775807,\"huge\":18446744073709551615,"
            + "\"d\":\"-Infinity\",\"raw\":\"AQID\",\"kind\":\"LONG\",\"tags\":[\"a\"],\"more\":{},"
            + "\"free\":{\"a\":1.5,\"b\":[null]},\"at\":\"1970-01-02T00:00:00.500Z\",\"wrapped\":5,"
            + "\"other\":{\"x\":0}}",
        payload(upsert(decoder, framed(7, value.build().toByteArray(), 2, 2))));
  }

  @Test
  void theIndexesNameTheMessage() throws UnusableSchemaException {
    byte[] small = message("repeated float vector = 1;", 1, 4f);

    assertEquals(List.of(4f), vector(upsert(decoder, framed(7, small, 4, 2, 0))));
    Rejected rejected = rejected(decoder, framed(7, small, 2, 8));
    assertEquals(RejectReason.UNUSABLE_SCHEMA, rejected.reason());
    assertEquals("schema id 7: has no message with indexes [4]", rejected.detail());
    assertEquals(
        "schema id 7: message shop.Other has no field vector",
        rejected(decoder, framed(7, small, 0)).detail());
  }

  @Test
  void theHeaderNamesSchemaAndMessage() throws UnusableSchemaException {
    byte[] header = {0, 0, 0, 0, 7, 4, 2, 0};

    assertEquals(
        List.of(4f),
        vector(
            upsert(
                decoder,
                message("repeated float vector = 1;", 1, 4f),
                new RawHeader("__value_schema_id", header))));
  }

  @Test
  void numbersMayComeOneByOneAndInPieces() throws IOException {
    register(8, "repeated float vector = 1;");
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(value);
    out.writeFloat(1, 1f);
    out.writeByteArray(1, bytes(2, 3));
    out.writeFloat(1, 4f);
    out.writeByteArray(1, bytes());
    out.writeByteArray(1, bytes(5));
    out.flush();

    assertEquals(
        List.of(1f, 2f, 3f, 4f, 5f), vector(upsert(decoder, framed(8, value.toByteArray(), 0))));
  }

  @Test
  void doublesAreRoundedAndBytesAreFloats() throws UnusableSchemaException, IOException {
    register(8, "repeated double vector = 1;");
    register(9, "bytes vector = 1;");
    Descriptor doubles =
        descriptor(wrapped("repeated double vector = 1;")).getMessageTypes().getFirst();
    DynamicMessage.Builder value = DynamicMessage.newBuilder(doubles);
    add(value, "vector", 0.1);
    add(value, "vector", 1e300);
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(raw);
    out.writeByteArray(1, bytes(9));
    out.writeByteArray(1, bytes(1, 2));
    out.flush();

    assertEquals(
        List.of(0.1f, Float.POSITIVE_INFINITY),
        vector(upsert(decoder, framed(8, value.build().toByteArray(), 0))));
    assertEquals(List.of(1f, 2f), vector(upsert(decoder, framed(9, raw.toByteArray(), 0))));
    assertEquals(
        RejectReason.VALUE_NOT_FLOAT32,
        rejected(decoder, framed(9, new byte[] {10, 3, 1, 2, 3}, 0)).reason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SCHEMA_WITHOUT_VECTOR | int32 x = 1; | schema id 8: message Film has no field vector",
        "SCHEMA_WITHOUT_VECTOR | float vector = 1;"
            + " | schema id 8: field vector is float; it must be repeated float",
        "SCHEMA_WITHOUT_VECTOR | repeated int32 vector = 1;"
            + " | schema id 8: field vector is repeated int32;",
        "UNUSABLE_SCHEMA | bytes vector = 1; bool id = 2;"
            + " | schema id 8: field id is bool; it must be a string or an integer",
        "UNUSABLE_SCHEMA | bytes vector = 1; int32 payload = 2;"
            + " | schema id 8: field payload is int32; it must be a message",
        "UNKNOWN_FIELD | bytes vector = 1; string payload = 2; int32 year = 3;"
            + " | schema id 8: field year stands beside a field payload",
        "UNUSABLE_SCHEMA | bytes vector | schema id 8: is no Protobuf schema:",
        "UNUSABLE_SCHEMA | Missing vector = 1; | schema id 8: is no Protobuf schema:",
      })
  void aSchemaThatCannotBeUsedRejectsWithTheReason(
      RejectReason reason, String fields, String detail) {
    register(8, fields);

    Rejected rejected = rejected(decoder, framed(8, new byte[0], 0));

    assertEquals(reason, rejected.reason(), rejected.detail());
    assertTrue(rejected.detail().startsWith(detail), rejected.detail());
  }

  @Test
  void aFieldPayloadIsThePayload() throws UnusableSchemaException {
    String text = "repeated float vector = 1; string payload = 2;";
    register(8, text);
    Descriptor type = descriptor(wrapped(text)).getMessageTypes().getFirst();
    DynamicMessage.Builder value = DynamicMessage.newBuilder(type);
    add(value, "vector", 1f);

    assertEquals("", payload(upsert(decoder, framed(8, value.build().toByteArray(), 0))));
    set(value, "payload", "{ \"a\" : 1.0 }");
    assertEquals(
        "{ \"a\" : 1.0 }", payload(upsert(decoder, framed(8, value.build().toByteArray(), 0))));
    set(value, "payload", "[]");
    assertEquals(
        RejectReason.PAYLOAD_NOT_OBJECT,
        rejected(decoder, framed(8, value.build().toByteArray(), 0)).reason());
  }

  @ParameterizedTest
  @CsvSource({
    "0a, MALFORMED_PROTOBUF",
    "0a0400, MALFORMED_PROTOBUF",
    "0a03000000, MALFORMED_PROTOBUF",
    "0801, MALFORMED_PROTOBUF",
    "0c, MALFORMED_PROTOBUF",
    "07, MALFORMED_PROTOBUF",
    "1001, UNKNOWN_FIELD",
    "'', MISSING_VECTOR",
    "0a00, MISSING_VECTOR",
  })
  void aValueThatIsNotOfItsMessageIsRejected(String hex, RejectReason reason) {
    register(8, "repeated float vector = 1;");

    Rejected rejected = rejected(decoder, framed(8, java.util.HexFormat.of().parseHex(hex), 0));

    assertEquals(reason, rejected.reason(), rejected.detail());
  }

  @Test
  void whatTheValueSaysMustBeWhatTheRecordSays() {
    register(8, "bytes vector = 1; uint64 id = 2; string collection_name = 3;");

    assertEquals(
        "id 18446744073709551615 is not the record's key k; the key is the vector's id",
        rejected(
                decoder,
                framed(
                    8, java.util.HexFormat.of().parseHex("0a040000000010ffffffffffffffffff01"), 0))
            .detail());
    assertEquals(
        RejectReason.OTHER_COLLECTION,
        rejected(decoder, framed(8, java.util.HexFormat.of().parseHex("0a04000000001a0162"), 0))
            .reason());
  }

  @Test
  void schemasMayImportOthersFromTheRegistry() {
    registry.with(
        9,
        WrittenSchema.PROTOBUF,
        "syntax = \"proto3\"; import \"common/lang.proto\";"
            + " message F { bytes vector = 1; common.Lang lang = 2; }",
        new WrittenSchema.Reference(
            "common/lang.proto",
            "syntax = \"proto3\"; package common; enum Lang { XX = 0; DE = 1; }"));

    assertEquals(
        "{\"lang\":\"DE\"}",
        payload(
            upsert(decoder, framed(9, java.util.HexFormat.of().parseHex("0a04000000001001"), 0))));
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNoReject() {
    registry.down = true;

    DecodeResult result =
        decoder.decode(record(0, utf8("k"), framed(7, new byte[0], 2, 2), List.of()));

    assertEquals("it is down", assertInstanceOf(Waiting.class, result).error());
  }

  @Test
  void withAFileValuesAreBareOrFramed() throws UnusableSchemaException {
    FileDescriptor file = descriptor(FILM);
    byte[] set =
        FileDescriptorSet.newBuilder()
            .addAllFile(file.getDependencies().stream().map(FileDescriptor::toProto).toList())
            .addFile(file.toProto())
            .build()
            .toByteArray();
    byte[] withoutImports =
        FileDescriptorSet.newBuilder().addFile(file.toProto()).build().toByteArray();
    byte[] bare = message("repeated float vector = 2;", 2, 1f, 2f);
    for (SchemaSource.OfFile source :
        List.of(
            new SchemaSource.OfFile("film.proto", utf8(FILM), Optional.of("shop.Film")),
            new SchemaSource.OfFile("film.desc", set, Optional.of("shop.Film")),
            new SchemaSource.OfFile("film.desc", withoutImports, Optional.of("shop.Film")))) {
      RecordDecoder ofFile = RecordDecoder.protobuf("films", "vector", source);

      assertEquals(List.of(1f, 2f), vector(upsert(ofFile, bare)));
      assertEquals(List.of(1f, 2f), vector(upsert(ofFile, framed(99, bare, 2, 2))));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop.Nope | film.proto: has no message shop.Nope; it has [shop.Other, shop.Film]",
        " | film.proto: has messages [shop.Other, shop.Film]; set message to the full name of one",
        "shop.Other | film.proto: message shop.Other has no field vector",
      })
  void aFileThatCannotBeUsedIsRefusedAtOnce(String message, String told) {
    SchemaSource.OfFile source =
        new SchemaSource.OfFile("film.proto", utf8(FILM), Optional.ofNullable(message));

    assertEquals(
        told,
        assertThrows(
                IllegalArgumentException.class,
                () -> RecordDecoder.protobuf("films", "vector", source))
            .getMessage());
  }

  @Test
  void neverThrowsOnAValueThatWasDamaged() throws UnusableSchemaException {
    Descriptor film = descriptor(FILM).findMessageTypeByName("Film");
    DynamicMessage.Builder value = DynamicMessage.newBuilder(film);
    set(value, "id", "k");
    for (float component : new float[] {1, 2, 3}) {
      add(value, "vector", component);
    }
    set(value, "title", "title");
    set(value, "at", timestamp(film, 5, 5));
    add(value, "tags", "tag");
    byte[] whole = framed(7, value.build().toByteArray(), 2, 2);
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

  private void register(int id, String fields) {
    registry.with(id, WrittenSchema.PROTOBUF, wrapped(fields));
  }

  private static String wrapped(String fields) {
    return "syntax = \"proto3\"; message Film { " + fields + " }";
  }

  private static byte[] message(String field, int number, float... components)
      throws UnusableSchemaException {
    Descriptor type = descriptor(wrapped(field)).getMessageTypes().getFirst();
    DynamicMessage.Builder value = DynamicMessage.newBuilder(type);
    for (float component : components) {
      value.addRepeatedField(type.findFieldByNumber(number), component);
    }
    return value.build().toByteArray();
  }

  private static FileDescriptor descriptor(String text) throws UnusableSchemaException {
    return ProtobufSchemas.ofText(new WrittenSchema(WrittenSchema.PROTOBUF, text, List.of()));
  }

  private static DynamicMessage timestamp(Descriptor film, long seconds, int nanos) {
    Descriptor type = field(film, "at").getMessageType();
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByNumber(1), seconds)
        .setField(type.findFieldByNumber(2), nanos)
        .build();
  }

  private static DynamicMessage parsed(Descriptor type, byte[] bytes) {
    try {
      return DynamicMessage.parseFrom(type, bytes);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static FieldDescriptor field(Descriptor type, String name) {
    return java.util.Objects.requireNonNull(type.findFieldByName(name), name);
  }

  private static void set(DynamicMessage.Builder builder, String name, Object value) {
    builder.setField(field(builder.getDescriptorForType(), name), value);
  }

  private static void add(DynamicMessage.Builder builder, String name, Object value) {
    builder.addRepeatedField(field(builder.getDescriptorForType(), name), value);
  }

  /** With the bytes of the indexes as they are on the wire. */
  private static byte[] framed(int id, byte[] data, int... indexes) {
    ByteBuffer bytes = ByteBuffer.allocate(5 + indexes.length + data.length);
    bytes.put((byte) 0).putInt(id);
    for (int index : indexes) {
      bytes.put((byte) index);
    }
    return bytes.put(data).array();
  }
}
