package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** The model is Jackson: what it takes as JSON we take, and nothing else. */
class JsonScannerTest {
  private static final int RUNS = 100_000;
  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
          .build();
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\"",
    "\\",
    "\\u00e4",
    "\\ud83d",
    "\\n",
    "\"a\"",
    "\"a\":",
    "\"ä😀\"",
    "null",
    "true",
    "false",
    "tru",
    "-",
    "0",
    "1.5e-7",
    "12",
    "01",
    "1.",
    "-0.0e+5",
    "\t",
    "\n",
    "\u0001",
    "{}",
    "[]",
    "\"long enough for eight bytes at once\"",
    "NaN",
    "/**/",
    "'a'"
  };

  private final JsonScanner json = new JsonScanner();

  @Test
  void takesWhatJacksonTakesAndNothingElse() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    int valid = 0;
    for (int run = 0; run < RUNS; run++) {
      byte[] text = random.nextBoolean() ? pieces(random) : damaged(random);
      boolean expected = jacksonTakes(text);
      valid += expected ? 1 : 0;
      assertEquals(
          expected,
          taken(text),
          () ->
              new String(text, java.nio.charset.StandardCharsets.ISO_8859_1)
                  + ": rerun with -Dweir.seed="
                  + seed);
    }
    assertEquals(true, valid > RUNS / 10, "few were valid: " + valid);
  }

  @Test
  void nestingHasALimit() throws MalformedJsonException {
    reset("[".repeat(100) + "]".repeat(100));
    json.skipValue(0);

    reset("[".repeat(101) + "]".repeat(101));
    assertEquals(100, assertThrows(MalformedJsonException.class, () -> json.skipValue(0)).at());
  }

  @Test
  void aNameHasALimit() {
    reset("{\"" + "a".repeat(50_001) + "\":1}");

    assertThrows(MalformedJsonException.class, () -> json.skipValue(0));
  }

  @Test
  void stringsAreReadWithTheirEscapes() throws MalformedJsonException {
    reset("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\ude00ä\"");

    assertEquals("a\"\\/\b\f\n\r\tä😀ä", json.string());
  }

  private void reset(String text) {
    byte[] bytes = utf8(text);
    json.reset(bytes, 0, bytes.length);
  }

  /** Bytes that are not UTF-8 are whoever's who keeps the text. */
  private boolean taken(byte[] text) {
    json.reset(text, 0, text.length);
    try {
      json.skipValue(0);
      json.requireEnd("the value");
      return Utf8.firstInvalid(text, 0, text.length) < 0;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  private static boolean jacksonTakes(byte[] text) {
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), text)) {
      int depth = 0;
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        values += depth == 0 ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        var _ = parser.getString();
      }
      return values == 1 && Utf8.firstInvalid(text, 0, text.length) < 0;
    } catch (JacksonException e) {
      return false;
    }
  }

  private static byte[] pieces(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, 8); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return utf8(text.toString());
  }

  private static byte[] damaged(Random random) {
    StringBuilder text = new StringBuilder();
    value(random, text, 0);
    byte[] bytes = utf8(text.toString());
    for (int i = random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] ^ 1);
    }
    return bytes;
  }

  private static void value(Random random, StringBuilder text, int depth) {
    switch (random.nextInt(depth > 4 ? 5 : 8)) {
      case 0 -> text.append(random.nextInt());
      case 1 -> text.append(random.nextGaussian());
      case 2 -> text.append("\"ä\\u00e4 some text ").append(random.nextInt()).append("\\n\"");
      case 3 -> text.append("null");
      case 4 -> text.append(random.nextBoolean());
      case 5, 6 -> {
        text.append("{ ");
        for (int i = random.nextInt(4); i > 0; i--) {
          text.append("\"n").append(i).append("\" : ");
          value(random, text, depth + 1);
          text.append(i == 1 ? "" : " ,\n");
        }
        text.append('}');
      }
      default -> {
        text.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          value(random, text, depth + 1);
          text.append(i == 1 ? " " : ",");
        }
        text.append(']');
      }
    }
  }
}
