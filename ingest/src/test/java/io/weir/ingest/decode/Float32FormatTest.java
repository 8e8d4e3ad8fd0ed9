package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.floats;
import static io.weir.ingest.testing.RawRecords.record;
import static io.weir.ingest.testing.RawRecords.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class Float32FormatTest {
  private final RecordDecoder decoder = RecordDecoder.float32();

  @Test
  void theValueIsTheVectorAndIsNotCopied() {
    RawRecord source = floats(5, "k", 1.5f, -0.0f, Float.MIN_VALUE);

    VectorRecord.Upsert upsert = decode(source);

    assertEquals(5, upsert.offset());
    assertEquals(1_005, upsert.timestampMillis());
    assertSame(source.value(), upsert.vector().heapBase().orElseThrow());
    assertEquals(12, upsert.vector().byteSize());
    assertEquals(0, upsert.payload().byteSize());
  }

  @Test
  void theHeadersAreThePayload() {
    assertEquals(
        "{\"lang\":\"dé\",\"none\":null,\"quoted\":\"a\\\"b\\n\"}",
        payload(
            new RawHeader("lang", utf8("dé")),
            new RawHeader("none", null),
            new RawHeader("quoted", utf8("a\"b\n"))));
  }

  @Test
  void aHeaderThatComesTwiceIsAnArrayInThePlaceOfTheFirst() {
    assertEquals(
        "{\"tag\":[\"a\",null,\"b\"],\"lang\":\"de\"}",
        payload(
            new RawHeader("tag", utf8("a")),
            new RawHeader("lang", utf8("de")),
            new RawHeader("tag", null),
            new RawHeader("tag", utf8("b"))));
  }

  @Test
  void aHeaderThatIsNotUtf8IsRejectedWithItsName() {
    Rejected rejected =
        rejected(
            record(
                0,
                utf8("k"),
                bytes(1),
                List.of(new RawHeader("trace\nid", new byte[] {'x', (byte) 0x80}))));

    assertEquals(RejectReason.HEADER_NOT_UTF8, rejected.reason());
    assertEquals("header trace?id is not UTF-8 at byte 1", rejected.detail());
  }

  @Test
  void aValueThatIsNoWholeNumberOfFloatsIsRejected() {
    Rejected rejected = rejected(record(0, utf8("k"), new byte[7], List.of()));

    assertEquals(RejectReason.VALUE_NOT_FLOAT32, rejected.reason());
    assertEquals("the value's 7 bytes are not a whole number of float32", rejected.detail());
  }

  private String payload(RawHeader... headers) {
    VectorRecord.Upsert upsert = decode(record(0, utf8("k"), bytes(1, 2), List.of(headers)));
    assertArrayEquals(bytes(1, 2), upsert.vector().toArray(ValueLayout.JAVA_BYTE));
    return new String(upsert.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  private VectorRecord.Upsert decode(RawRecord source) {
    Decoded decoded = assertInstanceOf(Decoded.class, decoder.decode(source));
    return assertInstanceOf(VectorRecord.Upsert.class, decoded.decoded());
  }

  private Rejected rejected(RawRecord source) {
    return assertInstanceOf(Rejected.class, decoder.decode(source));
  }
}
