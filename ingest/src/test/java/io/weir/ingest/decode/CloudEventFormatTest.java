package io.weir.ingest.decode;

import static io.weir.ingest.decode.Decoding.payload;
import static io.weir.ingest.decode.Decoding.rejected;
import static io.weir.ingest.decode.Decoding.upsert;
import static io.weir.ingest.decode.Decoding.vector;
import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.record;
import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawHeader;
import io.weir.storage.record.VectorRecord;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventFormatTest {
  private static final RawHeader STRUCTURED =
      header("content-type", "application/cloudevents+json; charset=UTF-8");
  private static final RawHeader BINARY = header("ce_specversion", "1.0");

  private final RecordDecoder json = RecordDecoder.json("films");
  private final RecordDecoder float32 = RecordDecoder.float32();

  @Test
  void inBinaryModeTheValueIsTheData() {
    byte[] value = utf8("{\"vector\":[1,2],\"payload\":{\"a\":1}}");

    VectorRecord.Upsert upsert =
        upsert(
            json, value, BINARY, header("ce_id", "7"), header("content-type", "application/json"));

    assertEquals(List.of(1f, 2f), vector(upsert));
    assertEquals("{\"a\":1}", payload(upsert));
  }

  @Test
  void inStructuredModeTheDataIsInTheValue() {
    byte[] value =
        utf8(
            "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/x\",\"type\":\"t\","
                + "\"data\" : {\"vector\":[1,2],\"payload\":{ \"a\":1}} ,\"count\":3}");

    VectorRecord.Upsert upsert = upsert(json, value, STRUCTURED);

    assertEquals(List.of(1f, 2f), vector(upsert));
    assertEquals("{ \"a\":1}", payload(upsert));
  }

  @Test
  void attributesAreWhatHeadersAreInEitherMode() {
    byte[] structured =
        utf8(
            "{\"specversion\":\"1.0\",\"id\":\"7\",\"count\":3,\"none\":null,\"data_base64\":\""
                + Base64.getEncoder().encodeToString(bytes(1, 2))
                + "\"}");

    VectorRecord.Upsert ofStructured = upsert(float32, structured, STRUCTURED);
    VectorRecord.Upsert ofBinary =
        upsert(float32, bytes(1, 2), BINARY, header("ce_id", "7"), header("ce_count", "3"));

    assertEquals(List.of(1f, 2f), vector(ofStructured));
    assertEquals(
        "{\"content-type\":\"application/cloudevents+json; charset=UTF-8\","
            + "\"ce_specversion\":\"1.0\",\"ce_id\":\"7\",\"ce_count\":\"3\"}",
        payload(ofStructured));
    assertEquals(
        "{\"ce_specversion\":\"1.0\",\"ce_id\":\"7\",\"ce_count\":\"3\"}", payload(ofBinary));
  }

  @Test
  void jsonMayComeAsBase64Too() {
    String data = Base64.getEncoder().encodeToString(utf8("{\"vector\":[4]}"));

    assertEquals(
        List.of(4f),
        vector(
            upsert(
                json,
                utf8("{\"specversion\":\"1.0\",\"data_base64\":\"" + data + "\"}"),
                STRUCTURED)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"data\":{}} | the event has no specversion",
        "{\"specversion\":\"2.0\",\"data\":{}} | specversion is 2.0; 1.0 and 0.3 are read",
        "{\"specversion\":\"1.0\"} | the event has no data; a delete is a record with a null value",
        "{\"specversion\":\"1.0\",\"data\":null}"
            + " | the event has no data; a delete is a record with a null value",
        "{\"specversion\":\"1.0\",\"data_base64\":\"\"}"
            + " | data_base64 is empty; a delete is a record with a null value",
        "{\"specversion\":\"1.0\",\"data_base64\":\"*\"} | at byte 35: data_base64 is not base64",
        "{\"specversion\":\"1.0\",\"data_base64\":1} | at byte 35: data_base64 is not base64",
        "{\"specversion\":\"1.0\",\"data\":{},\"data_base64\":\"AA==\"}"
            + " | at byte 52: the event has data and data_base64",
        "{\"specversion\":\"1.0\",\"id\":\"a\",\"id\":\"b\"} | at byte 30: id comes twice",
        "{\"specversion\":\"1.0\",\"id\":{}} | at byte 26: attribute id is an object",
        "[] | at byte 0: expected a JSON object, found START_ARRAY",
        "{\"specversion\":\"1.0\",\"data\":{}}} | at byte 31: there is more after the event",
      })
  void whatIsNoEventIsRejected(String value, String detail) {
    Rejected rejected = rejected(json, utf8(value), STRUCTURED);

    assertEquals(RejectReason.MALFORMED_CLOUDEVENT, rejected.reason(), rejected.detail());
    assertEquals(detail, rejected.detail());
  }

  @Test
  void theDataIsRejectedForTheReasonsOfItsFormat() {
    Rejected rejected =
        rejected(
            json, utf8("{\"specversion\":\"1.0\",\"data\":{\"vector\":[1,\"a\"]}}"), STRUCTURED);

    assertEquals(RejectReason.VECTOR_NOT_NUMBERS, rejected.reason());
    assertEquals("element 1 of vector is a string; it must be a number", rejected.detail());
  }

  @Test
  void dataThatIsJsonIsNoFloat32() {
    Rejected rejected =
        rejected(float32, utf8("{\"specversion\":\"1.0\",\"data\":{\"vector\":[1]}}"), STRUCTURED);

    assertEquals(RejectReason.MALFORMED_CLOUDEVENT, rejected.reason());
    assertEquals("data is JSON; this format needs data_base64", rejected.detail());
  }

  @ParameterizedTest
  @CsvSource({"application/cloudevents-batch+json", "application/cloudevents+avro"})
  void otherFormsOfEventsAreRejected(String contentType) {
    assertEquals(
        RejectReason.MALFORMED_CLOUDEVENT,
        rejected(json, utf8("[]"), header("content-type", contentType)).reason());
  }

  @Test
  void aVersionThatWeDoNotKnowIsRejected() {
    assertEquals(
        "specversion is 7; 1.0 and 0.3 are read",
        rejected(json, utf8("{\"vector\":[1]}"), header("ce_specversion", "7")).detail());
  }

  @Test
  void aNullValueIsATombstoneWhateverTheHeadersSay() {
    for (RawHeader header : List.of(BINARY, STRUCTURED)) {
      Decoded decoded =
          assertInstanceOf(Decoded.class, json.decode(record(0, utf8("k"), null, List.of(header))));

      assertInstanceOf(VectorRecord.Delete.class, decoded.decoded());
    }
  }

  @Test
  void aPartitionKeyIsNoKey() {
    Rejected rejected =
        assertInstanceOf(
            Rejected.class,
            json.decode(
                record(
                    0,
                    null,
                    utf8("{\"vector\":[1]}"),
                    List.of(BINARY, header("ce_partitionkey", "k")))));

    assertEquals(RejectReason.MISSING_KEY, rejected.reason());
    assertEquals(
        "the record has no key; the key is the vector's id; ce_partitionkey does not stand for it:"
            + " Kafka has not chosen the partition by it",
        rejected.detail());
    // With a key it is not looked at.
    assertEquals(
        List.of(1f),
        vector(upsert(json, utf8("{\"vector\":[1]}"), BINARY, header("ce_partitionkey", "other"))));
  }

  private static RawHeader header(String name, String value) {
    return new RawHeader(name, utf8(value));
  }
}
