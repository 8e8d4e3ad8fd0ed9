package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.record;
import static io.weir.ingest.testing.RawRecords.text;
import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordDecoderTest {

  static List<RecordDecoder> decoders() {
    return List.of(RecordDecoder.json("films"), RecordDecoder.float32());
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aNullValueDeletesWhatIsUnderTheKey(RecordDecoder decoder) {
    Decoded result = assertInstanceOf(Decoded.class, decoder.decode(text(7, "käse", null)));

    VectorRecord.Delete delete = assertInstanceOf(VectorRecord.Delete.class, result.decoded());
    assertEquals(7, delete.offset());
    assertEquals(1_007, delete.timestampMillis());
    assertArrayEquals(utf8("käse"), delete.key().toArray(ValueLayout.JAVA_BYTE));
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void anEmptyValueIsAnErrorAndNoDelete(RecordDecoder decoder) {
    assertRejected(RejectReason.EMPTY_VALUE, decoder, text(0, "a", ""));
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aRecordWithoutKeyIsRejected(RecordDecoder decoder) {
    assertRejected(RejectReason.MISSING_KEY, decoder, record(0, null, bytes(1, 2), List.of()));
    assertRejected(
        RejectReason.MISSING_KEY, decoder, record(0, new byte[0], bytes(1, 2), List.of()));
    assertRejected(RejectReason.MISSING_KEY, decoder, record(0, null, null, List.of()));
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aKeyThatIsNotUtf8IsRejectedWithThePlace(RecordDecoder decoder) {
    byte[] key = {'a', 'b', (byte) 0xC3, '('};

    Rejected rejected =
        assertRejected(RejectReason.KEY_NOT_UTF8, decoder, record(0, key, null, List.of()));

    assertEquals("the key of 4 bytes is not UTF-8 at byte 2", rejected.detail());
  }

  private static Rejected assertRejected(
      RejectReason reason, RecordDecoder decoder, RawRecord source) {
    Rejected rejected = assertInstanceOf(Rejected.class, decoder.decode(source));
    assertEquals(reason, rejected.reason(), rejected.detail());
    return rejected;
  }
}
