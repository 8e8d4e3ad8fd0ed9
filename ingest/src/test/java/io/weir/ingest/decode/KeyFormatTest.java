package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.record;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.UUIDSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeyFormatTest {

  @ParameterizedTest
  @CsvSource({
    "INT32, 00000000, 0",
    "INT32, ffffffff, -1",
    "INT32, 80000000, -2147483648",
    "INT32, 0000002a, 42",
    "INT64, 8000000000000000, -9223372036854775808",
    "INT64, 000000000000002a, 42",
    "UUID, 00112233445566778899AABBCCDDEEFF, 00112233-4455-6677-8899-aabbccddeeff",
    "HEX, 00, 00",
    "HEX, FF00A1, ff00a1",
    "UTF8, c3a4, ä",
  })
  void aKeyBecomesTheIdAsText(KeyFormat format, String key, String id) {
    assertEquals(id, id(format, HexFormat.of().parseHex(key)));
  }

  @Test
  void whatKafkasSerializersWriteIsRead() {
    UUID uuid = UUID.fromString("5b9c1c3e-0a5f-4a54-9e2a-0123456789ab");
    try (IntegerSerializer ints = new IntegerSerializer();
        LongSerializer longs = new LongSerializer();
        UUIDSerializer uuids = new UUIDSerializer()) {
      assertEquals("-7", id(KeyFormat.INT32, ints.serialize("t", -7)));
      assertEquals("-7", id(KeyFormat.INT64, longs.serialize("t", -7L)));
      assertEquals(uuid.toString(), id(KeyFormat.UTF8, uuids.serialize("t", uuid)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, 3, the key has 3 bytes; an int32 has 4",
    "INT32, 8, the key has 8 bytes; an int32 has 4",
    "INT64, 4, the key has 4 bytes; an int64 has 8",
    "UUID, 36, the key has 36 bytes; a UUID has 16",
  })
  void aKeyOfAnotherLengthIsRejected(KeyFormat format, int length, String detail) {
    Rejected rejected = rejected(format, new byte[length]);

    assertEquals(RejectReason.KEY_WRONG_LENGTH, rejected.reason());
    assertEquals("key-wrong-length", rejected.reason().id());
    assertEquals(detail, rejected.detail());
  }

  @ParameterizedTest
  @EnumSource(KeyFormat.class)
  void anEmptyKeyIsNoKey(KeyFormat format) {
    assertEquals(RejectReason.MISSING_KEY, rejected(format, new byte[0]).reason());
  }

  @ParameterizedTest
  @EnumSource(KeyFormat.class)
  void aTombstoneHasTheSameId(KeyFormat format) {
    byte[] key = new byte[format == KeyFormat.INT32 ? 4 : format == KeyFormat.INT64 ? 8 : 16];
    String id = id(format, key);

    Decoded deleted =
        assertInstanceOf(
            Decoded.class,
            RecordDecoder.float32().withKeys(format).decode(record(0, key, null, List.of())));

    assertEquals(id, new String(deleted.decoded().key().toArray(ValueLayout.JAVA_BYTE), UTF_8));
  }

  @Test
  void anIdInTheValueIsComparedWithTheIdAndNotWithTheBytes() {
    byte[] key = {0, 0, 0, 42};

    assertInstanceOf(
        Decoded.class,
        RecordDecoder.json("films")
            .withKeys(KeyFormat.INT32)
            .decode(record(0, key, "{\"id\":42,\"vector\":[1]}".getBytes(UTF_8), List.of())));
  }

  @Test
  void aKeyThatIsTextAlreadyIsNotCopied() {
    byte[] key = "käse".getBytes(UTF_8);

    Decoded decoded =
        assertInstanceOf(
            Decoded.class, RecordDecoder.float32().decode(record(0, key, bytes(1), List.of())));

    assertSame(key, decoded.decoded().key().heapBase().orElseThrow());
  }

  private static String id(KeyFormat format, byte[] key) {
    DecodeResult result =
        RecordDecoder.float32().withKeys(format).decode(record(0, key, bytes(1), List.of()));
    Decoded decoded = assertInstanceOf(Decoded.class, result, result::toString);
    return new String(decoded.decoded().key().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  private static Rejected rejected(KeyFormat format, byte[] key) {
    return assertInstanceOf(
        Rejected.class,
        RecordDecoder.float32().withKeys(format).decode(record(0, key, bytes(1), List.of())));
  }
}
