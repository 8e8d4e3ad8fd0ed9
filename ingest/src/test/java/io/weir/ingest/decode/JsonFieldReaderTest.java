package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.ingest.decode.JsonFieldReader.MisfitSink;
import io.weir.ingest.poll.RawHeader;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.Rfc3339;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonFieldReaderTest {
  private static final long SEED = Long.getLong("weir.seed", System.nanoTime());
  private static final int RUNS = 60_000;
  private static final List<FieldType> TYPES = List.of(FieldType.values());
  private static final JsonMapper TREE =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a:keyword   | {\"a\":\"x\"}                       | {a=[x]}           | {}",
        "a:keyword   | {\"a\":\"\"}                        | {a=[]}            | {}",
        "a:keyword   | {\"\\u0061\":\"\\u00e4\\uD83D\\ude00\\/\"} | {a=[ä😀/]} | {}",
        "a:keyword   | {\"a\":\"\\ud83d\"}                 | {}                | {a wrong-type=1}",
        "a:keyword   | {\"a\":\"\\ude00\\ud83d\"}          | {}                | {a wrong-type=1}",
        "a:keyword   | {\"a\":[\"x\",1,\"y\",null,[\"z\"],{\"a\":1}]} | {a=[x, y]} | {a null=1, a wrong-type=3}",
        "a:keyword   | {\"a\":[]}                          | {}                | {}",
        "a:keyword   | {\"a\":true}                        | {}                | {a wrong-type=1}",
        "a:keyword   | {\"b\":\"x\"}                       | {}                | {}",
        "a:long      | {\"a\":7}                           | {a=[7]}           | {}",
        "a:long      | {\"a\" : [ -7 , 7.0 , 7e2 , 70e-1 , -0.0 , 0e99999 ] } | {a=[-7, 7, 700, 7, 0, 0]} | {}",
        "a:long      | {\"a\":[9223372036854775807,-9223372036854775808,92233720368547758.07e2]} | {a=[9223372036854775807, -9223372036854775808, 9223372036854775807]} | {}",
        "a:long      | {\"a\":[9223372036854775808,-9223372036854775809,1e19,1e999999999999]} | {} | {a out-of-range=4}",
        "a:long      | {\"a\":[1.5,1e-1,0.1e0,\"7\"]}      | {}                | {a wrong-type=4}",
        "a:double    | {\"a\":[7,-0.0,1.5,1e-400,0.1,123456789.123456789]} | {a=[7.0, 0.0, 1.5, 0.0, 0.1, 1.2345678912345679E8]} | {}",
        "a:double    | {\"a\":[1e999,-1e999]}              | {}                | {a out-of-range=2}",
        "a:double    | {\"a\":\"1\"}                       | {}                | {a wrong-type=1}",
        "a:boolean   | {\"a\":[true,false,null,0,\"true\"]} | {a=[true, false]} | {a null=1, a wrong-type=2}",
        "a:timestamp | {\"a\":[0,1.5e3,\"1970-01-01T00:00:01.5Z\",\"1970-01-01T01:00:00+01:00\"]} | {a=[0, 1500, 1500, 0]} | {}",
        "a:timestamp | {\"a\":[\"1970-01-01\",\"now\",0.5,true]} | {}          | {a wrong-type=4}",
        "a.b:long    | {\"a\":{\"b\":1}}                   | {a.b=[1]}         | {}",
        "a.b:long    | {\"a.b\":2}                         | {a.b=[2]}         | {}",
        "a.b:long    | {\"a.b\":2,\"a\":{\"b\":1}}         | {a.b=[2]}         | {}",
        "a.b:long    | {\"a\":{\"b\":1},\"a.b\":null}      | {}                | {a.b null=1}",
        "a.b:long    | {\"a\":{\"b\":1},\"a\":{\"c\":1}}   | {}                | {}",
        "a.b:long    | {\"a\":{\"b\":1},\"a\":7}           | {}                | {}",
        "a.b:long    | {\"a\":{\"b\":1,\"b\":\"x\"}}       | {}                | {a.b wrong-type=1}",
        "a.b:long    | {\"a\":[{\"b\":1}]}                 | {}                | {}",
        "a.b:long    | {\"x\":{\"a\":{\"b\":1}}}           | {}                | {}",
        "a:long      | {\"a\":1,\"a\":2}                   | {a=[2]}           | {}",
        "a:long      | {\"a\":1,\"\\u0061\":[3,4]}         | {a=[3, 4]}        | {}",
        "a:long      | {}                                  | {}                | {}"
      })
  void valuesAreFound(String field, String payload, String values, String misfits) {
    List<Field> fields = List.of(FieldValues.field(field));

    FieldValues read = FieldValues.of(new JsonFieldReader(fields), fields, utf8(payload));

    assertEquals(values, read.values.toString());
    assertEquals(misfits, read.misfits.toString());
  }

  @Test
  void manyFieldsAreFoundInOneGoWhereverThePayloadIs() {
    List<Field> fields =
        Stream.of("lang:keyword", "meta.year:long", "meta.more.ok:boolean", "score:double")
            .map(FieldValues::field)
            .toList();
    JsonFieldReader reader = new JsonFieldReader(fields);
    byte[] payload =
        utf8(
            "{\"score\":0.5,\"other\":{\"lang\":\"xx\"},\"meta\":{\"more\":{\"no\":[{}],\"ok\":true},"
                + "\"year\":[1999,2000]},\"lang\":\"en\"}");
    Map<String, List<Object>> expected =
        Map.of(
            "lang",
            List.of("en"),
            "meta.year",
            List.of(1999L, 2000L),
            "meta.more.ok",
            List.of(true),
            "score",
            List.of(0.5));

    assertEquals(expected, FieldValues.of(reader, fields, payload).values);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment outside =
          arena.allocate(payload.length).copyFrom(MemorySegment.ofArray(payload));
      assertEquals(expected, FieldValues.of(reader, fields, outside).values);
    }
    assertEquals(Map.of(), FieldValues.of(reader, fields, MemorySegment.NULL).values);
  }

  @Test
  void longTextsAndManyValuesAreCutOff() {
    List<Field> fields = List.of(FieldValues.field("a:keyword"));
    JsonFieldReader reader = new JsonFieldReader(fields);
    String most = "ä".repeat(Field.MAX_KEYWORD_BYTES / 2);

    assertEquals(
        List.of(most),
        FieldValues.of(reader, fields, utf8("{\"a\":[\"" + most + "\",\"x" + most + "\"]}"))
            .values
            .get("a"));
    FieldValues many =
        FieldValues.of(
            reader,
            fields,
            utf8("{\"a\":[" + "\"x\",".repeat(Field.MAX_VALUES) + "\"y\",[\"z\"],{}]}"));
    assertEquals(Field.MAX_VALUES, many.values.getOrDefault("a", List.of()).size());
    assertEquals(Map.of("a too-many", 3), many.misfits);
  }

  @Test
  void misfitsAreThoseOfTheLastPayloadAndAreTakenOnce() {
    List<Field> fields = List.of(FieldValues.field("a:long"));
    JsonFieldReader reader = new JsonFieldReader(fields);
    List<String> told = new ArrayList<>();
    MisfitSink sink = (field, why, count) -> told.add(field + " " + why.id() + " " + count);

    var _ = FieldValues.of(reader, fields, utf8("{\"a\":1}"));
    reader.read(MemorySegment.ofArray(utf8("{\"a\":null}")), nothing(fields));
    reader.read(MemorySegment.ofArray(utf8("{\"a\":[\"\",\"\"]}")), nothing(fields));
    reader.takeMisfits(sink);
    reader.takeMisfits(sink);

    assertEquals(List.of("0 wrong-type 2"), told);
  }

  private static FieldValues nothing(List<Field> fields) {
    return FieldValues.of(new JsonFieldReader(fields), fields, new byte[0]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a:long,a:long      | the field a is declared twice",
        "a:long,a.b:long    | the field a.b is within the field a,",
        "a.b.c:long,a.b:long | the field a.b.c is within the field a.b,"
      })
  void fieldsThatExcludeEachOtherAreRefused(String fields, String told) {
    List<Field> all = Arrays.stream(fields.split(",")).map(FieldValues::field).toList();

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new JsonFieldReader(all));

    assertEquals(told, String.valueOf(refused.getMessage()).substring(0, told.length()));
  }

  /** What payloads of every format end as; Avro and Protobuf are written by their libraries. */
  @Test
  void thePayloadsOfEveryFormatAreRead() throws IOException {
    String payload = "{\"lang\":\"en\",\"year\":1999,\"at\":\"1970-01-01T00:00:01Z\"}";
    Map<String, List<Object>> all =
        Map.of("lang", List.of("en"), "year", List.of(1999L), "at", List.of(1_000L));
    String value = "{\"vector\":[1],\"payload\":" + payload + "}";
    assertEquals(all, read(RecordDecoder.json("films"), utf8(value)));
    assertEquals(
        all,
        read(
            RecordDecoder.json("films"),
            utf8("{\"specversion\":\"1.0\",\"id\":\"7\",\"data\":" + value + "}"),
            header("content-type", "application/cloudevents+json")));
    assertEquals(
        Map.of("lang", List.of("en"), "at", List.of(1_000L)),
        read(
            RecordDecoder.float32(),
            new byte[4],
            header("lang", "en"),
            header("year", "1999"),
            header("at", "1970-01-01T00:00:01Z")),
        "headers are texts");

    String avro =
        "{'type':'record','name':'Film','fields':[{'name':'vector','type':'bytes'},"
            + "{'name':'lang','type':['null','string']},{'name':'year','type':'int'},"
            + "{'name':'at','type':{'type':'long','logicalType':'timestamp-millis'}}]}";
    String schema = avro.replace('\'', '"');
    assertEquals(
        all,
        read(
            RecordDecoder.avro(
                "films",
                "vector",
                new SchemaSource.OfFile("film.avsc", utf8(schema), Optional.empty())),
            avro(schema)));

    String proto =
        "syntax = \"proto3\"; message Film { repeated float vector = 1; string lang = 2;"
            + " int64 year = 3; string at = 4; }";
    ByteBuffer message = ByteBuffer.allocate(64);
    message.put(new byte[] {10, 4, 0, 0, 0, 0, 18, 2, 'e', 'n', 24, (byte) 0xCF, 15, 34, 20});
    message.put(utf8("1970-01-01T00:00:01Z"));
    assertEquals(
        all,
        read(
            RecordDecoder.protobuf(
                "films",
                "vector",
                new SchemaSource.OfFile("film.proto", utf8(proto), Optional.empty())),
            Arrays.copyOf(message.array(), message.position())));
  }

  private static Map<String, List<Object>> read(
      RecordDecoder decoder, byte[] value, RawHeader... headers) {
    List<Field> fields =
        Stream.of("lang:keyword", "year:long", "at:timestamp").map(FieldValues::field).toList();
    MemorySegment payload = Decoding.upsert(decoder, value, headers).payload();
    return FieldValues.of(new JsonFieldReader(fields), fields, payload).values;
  }

  private static RawHeader header(String name, String value) {
    return new RawHeader(name, utf8(value));
  }

  private static byte[] avro(String schema) throws IOException {
    GenericRecord film = new GenericData.Record(new Schema.Parser().parse(schema));
    film.put("vector", ByteBuffer.wrap(new byte[4]));
    film.put("lang", "en");
    film.put("year", 1999);
    film.put("at", 1_000L);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(film.getSchema()).write(film, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  /** Weir writes payloads from Avro and Protobuf that are deeper than those it takes as JSON. */
  @Test
  void depthAndLengthOfNamesDoNotMatter() {
    List<Field> fields = List.of(FieldValues.field("a:long"));
    String payload =
        "{\"deep\":"
            + "[".repeat(5_000)
            + "]".repeat(5_000)
            + ",\""
            + "n".repeat(100_000)
            + "\":1,\"a\":7}";

    assertEquals(
        Map.of("a", List.of(7L)),
        FieldValues.of(new JsonFieldReader(fields), fields, utf8(payload)).values);
  }

  @Test
  void itFindsWhatATreeHas() {
    Random random = new Random(SEED);
    for (int run = 0; run < RUNS; run++) {
      List<Field> fields = fields(random);
      StringBuilder text = new StringBuilder();
      object(random, text, 0);
      String payload = text.toString();

      FieldValues read = FieldValues.of(new JsonFieldReader(fields), fields, utf8(payload));

      assertEquals(
          modelOf(fields, TREE.readTree(payload)),
          read.values,
          () -> payload + " " + fields + ": rerun with -Dweir.seed=" + SEED);
    }
  }

  @Test
  void neverThrowsWhateverTheBytesAre() {
    Random random = new Random(SEED);
    for (int run = 0; run < RUNS; run++) {
      List<Field> fields = fields(random);
      StringBuilder text = new StringBuilder();
      object(random, text, 0);
      byte[] whole = utf8(text.toString());
      byte[] payload = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      for (int i = random.nextInt(4); i > 0 && payload.length > 0; i--) {
        payload[random.nextInt(payload.length)] =
            random.nextBoolean() ? (byte) random.nextInt(256) : whole[random.nextInt(whole.length)];
      }
      assertDoesNotThrow(
          () -> FieldValues.of(new JsonFieldReader(fields), fields, payload),
          () -> Arrays.toString(payload) + ": rerun with -Dweir.seed=" + SEED);
    }
  }

  private static final String[] NAMES = {"a", "b", "ä", "a.b", "b.a", "a.b.b", "b.ä", ""};

  /** Some that do not exclude each other. */
  private static List<Field> fields(Random random) {
    List<Field> fields = new ArrayList<>();
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      String name = NAMES[random.nextInt(NAMES.length - 1)];
      boolean excluded =
          fields.stream()
              .anyMatch(other ->
                  other.name().equals(name)
                      || other.name().startsWith(name + ".")
                      || name.startsWith(other.name() + "."));
      if (!excluded) {
        fields.add(new Field(name, TYPES.get(random.nextInt(TYPES.size()))));
      }
    }
    return fields;
  }

  private static final String[] SCALARS = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "7",
    "-7.0",
    "7.5",
    "70E-1",
    "7e+3",
    "123456789012345678",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "1234567890123456789012345678901234567890",
    "0.000000000000000000000000000000000001e36",
    "3.141592653589793238462643383279",
    "1e308",
    "2e308",
    "4.9e-324",
    "1e-999",
    "0.1",
    "\"\"",
    "\"text\"",
    "\"\\n\\t\\b\\f\\r\\/\"",
    "\"a longer text that is more than eight bytes\"",
    "\"\\u00e4\\\"\\\\ \\uD83D\\uDE00 😀\"",
    "\"2026-01-31T23:59:59.123456Z\"",
    "\"2024-02-29t00:00:00+05:30\"",
    "\"2023-02-29T00:00:00Z\"",
    "\"2026-01-31\"",
    "\"\\u0032026-01-31T00:00:00-00:00\""
  };

  private static void object(Random random, StringBuilder text, int depth) {
    text.append('{');
    for (int i = random.nextInt(5); i > 0; i--) {
      blanks(random, text);
      String name = NAMES[random.nextInt(NAMES.length)];
      text.append('"');
      for (int at = 0; at < name.length(); at++) {
        if (random.nextInt(8) == 0) {
          text.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) name.charAt(at)));
        } else {
          text.append(name.charAt(at));
        }
      }
      text.append('"');
      blanks(random, text);
      text.append(':');
      blanks(random, text);
      value(random, text, depth + 1);
      blanks(random, text);
      text.append(i == 1 ? "" : ",");
    }
    blanks(random, text);
    text.append('}');
  }

  private static void value(Random random, StringBuilder text, int depth) {
    switch (random.nextInt(depth > 4 ? 3 : 6)) {
      case 3, 4 -> object(random, text, depth);
      case 5 -> {
        text.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          blanks(random, text);
          value(random, text, depth + 1);
          blanks(random, text);
          text.append(i == 1 ? "" : ",");
        }
        text.append(']');
      }
      case 2 ->
          text.append(
              random.nextBoolean()
                  ? Double.toString(Double.longBitsToDouble(random.nextLong() & ~(1L << 62)))
                  : Long.toString(random.nextLong() >> random.nextInt(64)));
      default -> text.append(SCALARS[random.nextInt(SCALARS.length)]);
    }
  }

  private static void blanks(Random random, StringBuilder text) {
    if (random.nextInt(5) == 0) {
      text.append(" \n\t\r", 0, random.nextInt(1, 5));
    }
  }

  private static Map<String, List<Object>> modelOf(List<Field> fields, JsonNode payload) {
    Map<String, List<Object>> model = new TreeMap<>();
    for (Field field : fields) {
      JsonNode place = payload.get(field.name());
      if (place == null) {
        place = payload;
        for (String piece : field.name().split("\\.", -1)) {
          place = place.isObject() ? place.path(piece) : TREE.missingNode();
        }
      }
      List<Object> values = new ArrayList<>();
      for (JsonNode one : place.isArray() ? place : List.of(place)) {
        Object value = valueOf(field.type(), one);
        if (value != null) {
          values.add(value);
        }
      }
      if (!values.isEmpty()) {
        model.put(field.name(), values);
      }
    }
    return model;
  }

  private static @Nullable Object valueOf(FieldType type, JsonNode node) {
    return switch (type) {
      case KEYWORD -> node.isString() ? node.stringValue() : null;
      case BOOLEAN -> node.isBoolean() ? node.booleanValue() : null;
      case LONG -> node.isNumber() ? whole(node.decimalValue()) : null;
      case DOUBLE -> node.isNumber() ? real(node.decimalValue()) : null;
      case TIMESTAMP ->
          node.isNumber()
              ? whole(node.decimalValue())
              : node.isString() ? moment(node.stringValue()) : null;
    };
  }

  private static @Nullable Long whole(BigDecimal number) {
    try {
      BigInteger integer = number.toBigIntegerExact();
      return integer.bitLength() < Long.SIZE ? integer.longValue() : null;
    } catch (ArithmeticException fraction) {
      return null;
    }
  }

  private static @Nullable Double real(BigDecimal number) {
    double real = Double.parseDouble(number.toString());
    return Double.isFinite(real) ? real + 0.0 : null;
  }

  private static @Nullable Long moment(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      return null;
    }
  }

  @Test
  void momentsAreThoseOfTheLibrary() {
    Random random = new Random(SEED);
    for (int run = 0; run < RUNS; run++) {
      StringBuilder text = new StringBuilder();
      text.append(two(random, 99)).append(two(random, 99)).append('-');
      text.append(two(random, 13)).append('-').append(two(random, 32)).append('T');
      text.append(two(random, 24)).append(':').append(two(random, 60)).append(':');
      text.append(two(random, 59));
      if (random.nextBoolean()) {
        text.append('.');
        for (int i = random.nextInt(1, 10); i > 0; i--) {
          text.append(random.nextInt(10));
        }
      }
      text.append(
          random.nextInt(3) == 0
              ? "Z"
              : (random.nextBoolean() ? "+" : "-") + two(random, 17) + ":" + two(random, 59));
      String moment = text.toString();
      byte[] bytes = moment.getBytes(StandardCharsets.US_ASCII);
      Long expected = moment(moment);

      // The library ends at 18 hours of offset, RFC 3339 at 24.
      assertEquals(
          expected == null ? Rfc3339.NONE : expected,
          Rfc3339.millis(bytes, 0, bytes.length),
          () -> moment + ": rerun with -Dweir.seed=" + SEED);
    }
  }

  private static String two(Random random, int most) {
    return String.format(Locale.ROOT, "%02d", random.nextInt(most + 1));
  }

  @ParameterizedTest
  @CsvSource({
    "0000-01-01T00:00:00Z, -62167219200000",
    "9999-12-31T23:59:59.9999Z, 253402300799999",
    "1969-12-31T23:59:59.9999z, -1",
    "2016-12-31T23:59:60Z, 1483228800000",
    "2016-12-31T23:59:61Z, -9223372036854775808",
    "2016-12-31 23:59:59Z, -9223372036854775808",
    "2016-12-31T23:59:59, -9223372036854775808",
    "2016-12-31T23:59:59.Z, -9223372036854775808",
    "2016-12-31T23:59:59+0100, -9223372036854775808",
    "2016-12-31T23:59:59+23:59, 1483142459000",
    "2016-12-31T23:59:59+24:00, -9223372036854775808",
    "2016-12-31T23:59:59Z , 1483228799000",
    "20161-12-31T23:59:59Z, -9223372036854775808"
  })
  void momentsAtTheEdges(String text, long millis) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

    assertEquals(millis, Rfc3339.millis(bytes, 0, bytes.length));
  }
}
