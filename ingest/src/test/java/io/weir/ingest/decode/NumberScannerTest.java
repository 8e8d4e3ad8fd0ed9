package io.weir.ingest.decode;

import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every float32 against {@link Float#parseFloat}, bit by bit. */
class NumberScannerTest {
  private static final int ARRAYS = 10_000;
  private static final int MANY_ARRAYS = 1_000_000;
  private static final int LENGTH = 32;

  private final JsonScanner json = new JsonScanner();
  private final FloatVector vector = new FloatVector();

  @Test
  void everyNumberIsTheFloatNearestToItsText() throws MalformedJsonException {
    compare(ARRAYS);
  }

  @Test
  @Tag("heavy")
  void everyNumberOfManyIsTheFloatNearestToItsText() throws MalformedJsonException {
    compare(MANY_ARRAYS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0.0",
        "-0.0",
        "0e0",
        "-0e-400",
        "0.000000000000000000000000000000000000000000000000001",
        "1e400",
        "-1e400",
        "1e-400",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "1.17549435e-38",
        "1.1754942e-38",
        "1.17549428e-38",
        "1.4e-45",
        "7e-46",
        "3.4028235e38",
        "340282346638528859811704183484516925440",
        "340282356779733661637539395458142568447",
        "340282356779733661637539395458142568448",
        "0.1000000014901161193847656250",
        "16777217",
        "16777217.0000000000000000000001",
        "999999999999999999",
        "9999999999999999999",
        "99999999999999999999",
        "123456789012345678e22",
        "123456789012345678e-22",
        "0.00000000123456789012345678",
        "0.000000000123456789012345678",
        "1.00000005960464477539",
        "1.000000059604644775390625",
        "1.00000005960464477540",
        "1.00000017881393432617187499",
        "1.00000017881393432617187500",
        "1.00000017881393432617187501",
      })
  void knownHardNumbersAreRight(String number) throws MalformedJsonException {
    check(List.of(number, "-" + number.replace("-0", "0").replaceFirst("^-", ""), number), "");
  }

  @ParameterizedTest
  @CsvSource({
    "-, 2",
    "01, 2",
    "-01, 3",
    "1., 3",
    "1.e5, 3",
    ".5, 1",
    "1e, 3",
    "1e+, 4",
    "1.5e-, 6",
    "+1, 1",
    "1.2.3, 4",
    "1x, 2",
    "0x1F, 2",
    "1_000, 2",
    "-Infinity, 2",
    "NaN, 1",
  })
  void whatIsNoNumberIsMalformedWithThePlace(String text, int place) {
    byte[] whole = utf8("[" + text + "]");
    // As a value that is kept ...
    json.reset(whole, 0, whole.length);
    assertEquals(
        place, assertThrows(MalformedJsonException.class, () -> json.skipValue(0)).at(), text);
    // ... and as a component.
    json.reset(whole, 1, whole.length);
    vector.clear();
    assertEquals(
        place,
        assertThrows(
                MalformedJsonException.class,
                () -> {
                  if (!json.numbers(vector)) {
                    json.skipValue(1);
                  }
                })
            .at(),
        text);
  }

  @Test
  void aNumberHasALimit() {
    byte[] whole = utf8("[1" + "0".repeat(1_000) + "]");

    json.reset(whole, 0, whole.length);
    assertThrows(MalformedJsonException.class, () -> json.skipValue(0));
    json.reset(whole, 1, whole.length);
    assertThrows(MalformedJsonException.class, () -> json.numbers(vector));
  }

  private void compare(int arrays) throws MalformedJsonException {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < arrays; i++) {
      List<String> numbers = new ArrayList<>();
      for (int k = 0; k < LENGTH; k++) {
        numbers.add(number(random));
      }
      check(numbers, "rerun with -Dweir.seed=" + seed);
    }
  }

  private void check(List<String> numbers, String rerun) throws MalformedJsonException {
    for (String separator : List.of(",", ", ", " ,\n")) {
      byte[] text = utf8(String.join(separator, numbers) + "]");
      json.reset(text, 0, text.length);
      vector.clear();

      assertTrue(json.numbers(vector));

      float[] read = floats(vector.segment());
      float[] expected = new float[numbers.size()];
      for (int k = 0; k < expected.length; k++) {
        expected[k] = Float.parseFloat(numbers.get(k));
      }
      assertArrayEquals(bits(expected), bits(read), () -> numbers + " " + rerun);
    }
  }

  private static int[] bits(float[] floats) {
    int[] bits = new int[floats.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(floats[i]);
    }
    return bits;
  }

  private static float[] floats(MemorySegment segment) {
    return segment.toArray(
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN));
  }

  private static String number(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> Float.toString((float) random.nextGaussian());
      // What Python's json.dumps makes of a float32: all digits of the double.
      case 1 -> Double.toString((double) (float) (random.nextGaussian() * 0.04));
      case 2 -> Double.toString(random.nextGaussian());
      case 3 -> Float.toString(anyFloat(random));
      case 4 -> besideTheMiddle(random, false);
      case 5 -> besideTheMiddle(random, true);
      case 6 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case 7 -> new BigInteger(random.nextInt(1, 300), random).toString();
      case 8 -> digits(random) + "." + digits(random) + "e" + (random.nextInt(120) - 60);
      default ->
          String.format(Locale.ROOT, "%." + random.nextInt(1, 24) + "f", random.nextGaussian());
    };
  }

  private static float anyFloat(Random random) {
    float number = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(number) ? number : 1f;
  }

  /** On the middle of two floats or a last digit beside it; of 17 digits, or of all. */
  private static String besideTheMiddle(Random random, boolean shortened) {
    float below =
        random.nextBoolean() ? Math.abs(anyFloat(random)) : Math.abs((float) random.nextGaussian());
    BigDecimal middle =
        new BigDecimal(below)
            .add(new BigDecimal(below == Float.MAX_VALUE ? 0x1p128 : Math.nextUp(below)))
            .divide(BigDecimal.valueOf(2));
    if (shortened) {
      middle = middle.round(new java.math.MathContext(random.nextInt(15, 20)));
    }
    BigDecimal nudged =
        middle.add(middle.ulp().multiply(BigDecimal.valueOf(random.nextInt(3) - 1L)));
    return random.nextBoolean() ? nudged.toString() : nudged.toPlainString();
  }

  private static String digits(Random random) {
    StringBuilder digits = new StringBuilder();
    for (int i = random.nextInt(1, 22); i > 0; i--) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString().replaceFirst("^0+(?=.)", "");
  }
}
