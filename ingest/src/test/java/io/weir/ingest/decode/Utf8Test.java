package io.weir.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  private static final int RUNS = 50_000;

  @Test
  void agreesWithTheJdkOnTextThatWasDamagedAtRandom() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.appendCodePoint(codePoint(random));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      assertEquals(
          firstInvalidOfTheJdk(bytes),
          Utf8.firstInvalid(bytes, 0, bytes.length),
          () -> "rerun with -Dweir.seed=" + seed);
    }
  }

  @Test
  void looksAtNothingOutsideTheRange() {
    byte[] bytes = {(byte) 0xFF, 'a', (byte) 0xC3, (byte) 0xA4, (byte) 0xFF};

    assertEquals(-1, Utf8.firstInvalid(bytes, 1, 4));
    assertEquals(2, Utf8.firstInvalid(bytes, 1, 3), "a character cut by the range's end");
  }

  private static int codePoint(Random random) {
    int bound = new int[] {0x80, 0x800, 0x10000, 0x110000}[random.nextInt(4)];
    int codePoint = random.nextInt(bound);
    return Character.isSurrogate((char) codePoint) && codePoint < 0x10000 ? 'x' : codePoint;
  }

  private static int firstInvalidOfTheJdk(byte[] bytes) {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result = decoder.decode(in, CharBuffer.allocate(bytes.length + 1), true);
    return result.isError() ? in.position() : -1;
  }
}
