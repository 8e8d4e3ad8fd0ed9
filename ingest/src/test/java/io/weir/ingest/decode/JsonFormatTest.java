package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.record;
import static io.weir.ingest.testing.RawRecords.text;
import static io.weir.ingest.testing.RawRecords.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFormatTest {
  private static final ValueLayout.OfFloat FLOAT_LE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int NUMBERS = 20_000;

  private final RecordDecoder decoder = RecordDecoder.json("films");

  @Test
  void readsVectorAndPayload() {
    VectorRecord.Upsert upsert =
        decode(text(9, "a", "{\"vector\":[1, -2.5 ,3e-1],\"payload\":{\"x\":1}}"));

    assertEquals(9, upsert.offset());
    assertEquals(1_009, upsert.timestampMillis());
    assertEquals(List.of(1f, -2.5f, 0.3f), components(upsert));
    assertEquals("{\"x\":1}", payload(upsert));
  }

  @Test
  void keepsThePayloadByteForByteWhereverItStands() {
    String payload =
        "{ \"b\" : [1.0,\t{\"vector\":\"}\"} ] ,\n \"ä\\u0000\":\"\\ud83d😀\", \"b\":1e5 }";

    assertEquals(
        payload,
        payload(decode(text(0, "a", " {\"payload\" :  " + payload + " , \"vector\":[1]} "))));
    assertEquals(
        payload, payload(decode(text(0, "a", "{\"vector\":[1],\"payload\":" + payload + "}"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"vector\":[1]}", "{\"vector\":[1],\"payload\":null}"})
  void aRecordMayHaveNoPayload(String value) {
    assertEquals("", payload(decode(text(0, "a", value))));
  }

  @Test
  void takesTheShapeOfTheQdrantConnector() {
    VectorRecord.Upsert upsert =
        decode(
            text(
                0,
                "42",
                "{\"collection_name\":\"films\",\"id\":42,\"vector\":[0.1,0.2],"
                    + "\"payload\":{\"name\":\"kafka\"}}"));

    assertEquals(List.of(0.1f, 0.2f), components(upsert));
    assertEquals("{\"name\":\"kafka\"}", payload(upsert));
    assertEquals(
        List.of(1f), components(decode(text(0, "ä-1", "{\"id\":\"ä-1\",\"vector\":[1]}"))));
  }

  @Test
  void anEmptyVectorIsForTheSchemaToRefuse() {
    assertEquals(List.of(), components(decode(text(0, "a", "{\"vector\":[]}"))));
  }

  @Test
  void aLongVectorAfterAShortOneAndBackAreRightEachTime() {
    for (int length : new int[] {3, 5_000, 1, 2_000}) {
      StringBuilder value = new StringBuilder("{\"vector\":[0");
      for (int i = 1; i < length; i++) {
        value.append(',').append(i);
      }

      List<Float> components = components(decode(text(0, "a", value.append("]}").toString())));

      assertEquals(length, components.size());
      assertEquals(length - 1f, components.getLast());
    }
  }

  @Test
  void eachNumberBecomesTheFloatNearestToItsText() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < NUMBERS; i++) {
      String number = number(random);

      float decoded = components(decode(text(0, "a", "{\"vector\":[" + number + "]}"))).getFirst();

      assertEquals(
          Float.floatToRawIntBits(Float.parseFloat(number)),
          Float.floatToRawIntBits(decoded),
          () -> number + ": rerun with -Dweir.seed=" + seed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-0, -0.0",
    "-0.0, -0.0",
    "0, 0.0",
    "16777217, 16777216",
    // Half way between two floats and a little above: by way of a double it would round down.
    "1.00000005960464477540, 1.0000001",
    "1.00000005960464477539, 1.0",
    "7.0064923216240853546186479164495e-46, 0.0",
    "7.0064923216240853546186479164496e-46, 1.4e-45",
    "3.4028235677973366e38, 3.4028235e38",
    "3.4028235677973367e38, Infinity",
    "1e999, Infinity",
    "1e-999, 0.0"
  })
  void knownHardNumbersAreRight(String number, float expected) {
    float decoded = components(decode(text(0, "a", "{\"vector\":[" + number + "]}"))).getFirst();

    assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(decoded));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MALFORMED_JSON | [1,2] | at byte 0: expected a JSON object, found START_ARRAY",
        "MALFORMED_JSON | \"text\" | at byte 0: expected a JSON object, found VALUE_STRING",
        "MALFORMED_JSON | {\"vector\":[1]} 2 | at byte 15: there is more after the object",
        "MALFORMED_JSON | {\"vector\":[1,] | at byte 13:",
        "MALFORMED_JSON | {\"vector\":[NaN]} | at byte",
        "MALFORMED_JSON | {\"vector\":[1],\"payload\":{\"a\":01}} | at byte",
        "MALFORMED_JSON | {\"vector\":[1] | at byte",
        "MISSING_VECTOR | {} | the object has no field vector",
        "MISSING_VECTOR | {\"payload\":{}} | the object has no field vector",
        "MISSING_VECTOR | {\"vector\":null} | the vector is null",
        "VECTOR_NOT_NUMBERS | {\"vector\":[1,\"2\"]} | element 1 of vector is a string",
        "VECTOR_NOT_NUMBERS | {\"vector\":[null]} | element 0 of vector is null",
        "VECTOR_NOT_NUMBERS | {\"vector\":[[1],[2]]} | element 0 of vector is an array",
        "VECTOR_NOT_NUMBERS | {\"vector\":{\"a\":[1]}} | vector is an object",
        "VECTOR_NOT_NUMBERS | {\"vector\":\"AAAA\"} | vector is a string",
        "PAYLOAD_NOT_OBJECT | {\"vector\":[1],\"payload\":[1]} | payload is an array",
        "PAYLOAD_NOT_OBJECT | {\"vector\":[1],\"payload\":\"x\"} | payload is a string",
        "UNKNOWN_FIELD | {\"vector\":[1],\"paylod\":{}} | field paylod is not one of",
        "DUPLICATE_FIELD | {\"vector\":[1],\"vector\":[2]} | field vector comes twice",
        "OTHER_COLLECTION | {\"collection_name\":\"books\",\"vector\":[1]}"
            + " | collection_name is books but this topic feeds films",
        "ID_NOT_KEY | {\"id\":\"b\",\"vector\":[1]} | id b is not the record's key a",
        "ID_NOT_KEY | {\"id\":1.5,\"vector\":[1]} | id is a number",
      })
  void whatIsNoRecordIsRejectedWithReasonAndDetail(
      RejectReason reason, String value, String detail) {
    Rejected rejected = rejected(text(0, "a", value));

    assertEquals(reason, rejected.reason(), rejected.detail());
    assertTrue(rejected.detail().startsWith(detail), rejected.detail());
  }

  @Test
  void aPayloadThatIsNotUtf8IsRejectedWithThePlace() {
    byte[] value = utf8("{\"vector\":[1],\"payload\":{\"a\":\"???\"}}");
    // A surrogate in three bytes: it only looks like UTF-8, and the JSON parser lets it pass.
    value[30] = (byte) 0xED;
    value[31] = (byte) 0xA0;
    value[32] = (byte) 0x80;

    Rejected rejected = rejected(record(0, utf8("a"), value, List.of()));

    assertEquals(RejectReason.PAYLOAD_NOT_UTF8, rejected.reason(), rejected.detail());
    assertEquals("byte 30 of the value is not UTF-8", rejected.detail());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32"})
  void onlyUtf8IsRead(String charset) {
    byte[] value = "{\"vector\":[1]}".getBytes(Charset.forName(charset));

    assertEquals(
        RejectReason.MALFORMED_JSON, rejected(record(0, utf8("a"), value, List.of())).reason());
  }

  @Test
  void nestingHasALimit() {
    String deep = "{\"a\":".repeat(101) + "1" + "}".repeat(101);

    assertEquals(
        RejectReason.MALFORMED_JSON,
        rejected(text(0, "a", "{\"vector\":[1],\"payload\":" + deep + "}")).reason());
  }

  /** Decimal texts of every length, many of them on or beside the middle of two floats. */
  private static String number(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Float.toString((float) random.nextGaussian());
      case 1 -> Double.toString(random.nextGaussian());
      case 2 -> finite(Float.intBitsToFloat(random.nextInt())).toString();
      case 3 -> {
        float below = finite(Float.intBitsToFloat(random.nextInt() & 0x7F7F_FFFE)).floatValue();
        BigDecimal middle =
            new BigDecimal(below)
                .add(new BigDecimal(Math.nextUp(below)))
                .divide(BigDecimal.valueOf(2));
        BigDecimal nudge = middle.ulp().multiply(BigDecimal.valueOf(random.nextInt(3) - 1L));
        yield middle.add(nudge).toString();
      }
      case 4 -> Long.toString(random.nextLong());
      default -> new BigInteger(random.nextInt(1, 300), random).toString();
    };
  }

  private static Float finite(float number) {
    return Float.isFinite(number) ? number : 1f;
  }

  private VectorRecord.Upsert decode(RawRecord source) {
    DecodeResult result = decoder.decode(source);
    Decoded decoded = assertInstanceOf(Decoded.class, result, result::toString);
    return assertInstanceOf(VectorRecord.Upsert.class, decoded.decoded());
  }

  private Rejected rejected(RawRecord source) {
    return assertInstanceOf(Rejected.class, decoder.decode(source));
  }

  private static List<Float> components(VectorRecord.Upsert upsert) {
    return upsert.vector().elements(FLOAT_LE).map(one -> one.get(FLOAT_LE, 0)).toList();
  }

  private static String payload(VectorRecord.Upsert upsert) {
    return new String(upsert.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }
}
