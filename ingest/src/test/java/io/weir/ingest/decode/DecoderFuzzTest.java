package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.record;
import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawHeader;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: a result, and a detail that is fit for a log line. */
class DecoderFuzzTest {
  private static final int RUNS = 10_000;
  private static final int MAX_DETAIL_CHARS = 600;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "vector",
    "\"vector\"",
    "payload",
    "\"id\"",
    "collection_name",
    "null",
    "true",
    "-",
    "0",
    "1e9",
    "9".repeat(400),
    "1e99999999999",
    ".",
    "\0",
    "\n",
    "é",
    "\uFEFF",
    "NaN",
    "//",
    "\"a\":",
    "[[",
    "{\"vector\":[",
    "\"payload\":{"
  };

  private final RecordDecoder json = RecordDecoder.json("films");
  private final RecordDecoder float32 = RecordDecoder.float32();

  @Test
  void neverThrowsOnRandomBytes() {
    fuzz(DecoderFuzzTest::randomBytes);
  }

  @Test
  void neverThrowsOnPiecesOfJsonInAnyOrder() {
    fuzz(random -> {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      return utf8(text.toString());
    });
  }

  @Test
  void neverThrowsOnARecordThatWasDamaged() {
    byte[] whole =
        utf8(
            "{\"collection_name\":\"films\",\"id\":\"k\",\"vector\":[0.25,-1e-3,7],"
                + "\"payload\":{\"ä\":[1,{\"b\":\"\\u00e4\\n\"},null]}}");
    fuzz(random -> {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 3));
      for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      return damaged;
    });
  }

  private interface Generator {
    byte[] next(Random random);
  }

  private void fuzz(Generator generator) {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      byte[] key = random.nextInt(4) == 0 ? randomBytes(random) : utf8("k");
      byte[] value = generator.next(random);
      List<RawHeader> headers =
          random.nextInt(4) == 0 ? List.of(new RawHeader("h", randomBytes(random))) : List.of();
      for (RecordDecoder decoder : List.of(json, float32)) {
        DecodeResult result =
            assertDoesNotThrow(
                () -> decoder.decode(record(0, key, value, headers)),
                () -> Arrays.toString(value) + ": rerun with -Dweir.seed=" + seed);
        if (result instanceof Rejected(RejectReason _, String detail)) {
          assertTrue(
              detail.length() < MAX_DETAIL_CHARS,
              () -> detail + ": rerun with -Dweir.seed=" + seed);
          assertFalse(
              detail.chars().anyMatch(Character::isISOControl),
              () -> detail + ": rerun with -Dweir.seed=" + seed);
        }
      }
    }
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }
}
