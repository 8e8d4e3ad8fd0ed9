package io.weir.ingest.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON numbers as float32, in one pass over their bytes.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class NumberScanner {
  /** What readers of JSON commonly take. */
  static final int MAX_CHARS = 1_000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LARGE_EXPONENT = 100_000;

  /** A sign, a digit, the point, three times eight digits, the comma, a blank. */
  private static final int LONGEST_PLAIN = 29;

  private static final long ASCII_ZEROS = 0x3030_3030_3030_3030L;
  private static final long[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000};

  private int end;

  /** The digits read so far; wrong if more than {@link DecimalFloat#MAX_DIGITS} are significant. */
  private long digits;

  /** At least as many as there are from the first that is not zero on. */
  private int significantDigits;

  /** Index behind the number that was read last. */
  int end() {
    return end;
  }

  /**
   * Returns the float32 nearest to the number that begins at an index, ties to even.
   *
   * @param limit index behind the last byte that may be read
   */
  float read(byte[] bytes, int from, int limit) throws MalformedJsonException {
    int negative = bytes[from] == '-' ? 1 : 0;
    int at = integerPart(bytes, from + negative, limit);
    int exponent = 0;
    if (at < limit && bytes[at] == '.') {
      int firstOfFraction = at + 1;
      at = fraction(bytes, firstOfFraction, limit);
      exponent = firstOfFraction - at;
    }
    if (at < limit && (bytes[at] | 0x20) == 'e') {
      exponent += exponent(bytes, at + 1, limit);
      at = end;
    }
    end = at;
    checkLength(from, at);
    float nearest =
        significantDigits <= DecimalFloat.MAX_DIGITS
            ? DecimalFloat.nearest(digits, exponent)
            : Float.NaN;
    if (Float.isNaN(nearest)) {
      return ofText(bytes, from, at);
    }
    return Float.intBitsToFloat(Float.floatToRawIntBits(nearest) | negative << 31);
  }

  /**
   * Reads numbers of the common shape, {@code -1.25,} with a digit before the point and no
   * exponent, each followed by a comma; leaves off before the first that is not of this shape.
   * {@link #end} is where that begins, or where it began.
   *
   * <p>All in one loop, and with few branches that numbers could disagree on: these decide what
   * JSON costs.
   */
  void readPlain(byte[] bytes, int from, int limit, FloatVector into) {
    int next = from;
    while (next + LONGEST_PLAIN <= limit) {
      int negative = bytes[next] == '-' ? 1 : 0;
      int at = next + negative;
      long read = (long) bytes[at] - '0';
      if (read < 0 || read > 9 || bytes[at + 1] != '.') {
        break;
      }
      int firstOfFraction = at + 2;
      long values = (long) LONGS.get(bytes, firstOfFraction) ^ ASCII_ZEROS;
      int count = leadingDigits(values);
      int zeros = read == 0 ? Math.min(count, Long.numberOfTrailingZeros(values) >>> 3) : -1;
      int digitCount = count;
      if (count == Long.BYTES) {
        read = read * 100_000_000 + valueOf(values);
        values = (long) LONGS.get(bytes, firstOfFraction + 8) ^ ASCII_ZEROS;
        count = leadingDigits(values);
        digitCount += count;
        if (count == Long.BYTES) {
          read = read * 100_000_000 + valueOf(values);
          values = (long) LONGS.get(bytes, firstOfFraction + 16) ^ ASCII_ZEROS;
          count = leadingDigits(values);
          digitCount += count;
        }
      }
      at = firstOfFraction + digitCount;
      if (digitCount == 0
          || count == Long.BYTES
          || digitCount - zeros > DecimalFloat.MAX_DIGITS
          || bytes[at] != ',') {
        break;
      }
      read = read * POWERS[count] + valueOf(values << (8 * (7 - count)) << 8);
      float nearest = DecimalFloat.nearest(read, -digitCount);
      if (Float.isNaN(nearest)) {
        break;
      }
      into.add(Float.intBitsToFloat(Float.floatToRawIntBits(nearest) | negative << 31));
      at++;
      next = bytes[at] == ' ' ? at + 1 : at;
    }
    end = next;
  }

  private int integerPart(byte[] bytes, int from, int limit) throws MalformedJsonException {
    int at = digits(bytes, from, limit, "expected a digit");
    if (bytes[from] == '0') {
      if (at > from + 1) {
        throw new MalformedJsonException(from + 1, "a number has no leading zeros");
      }
      digits = 0;
      significantDigits = 0;
      return at;
    }
    long integer = 0;
    for (int i = from; i < at; i++) {
      integer = integer * 10 + (bytes[i] - '0');
    }
    digits = integer;
    significantDigits = at - from;
    return at;
  }

  /**
   * Takes eight bytes at a time, and of the last eight as many as are digits: numbers differ in
   * length, and a branch for each digit would be mispredicted once a number.
   */
  private int fraction(byte[] bytes, int from, int limit) throws MalformedJsonException {
    int at = from;
    long read = digits;
    int zeros = 0;
    int count = Long.BYTES;
    while (count == Long.BYTES && at + Long.BYTES <= limit) {
      long values = (long) LONGS.get(bytes, at) ^ ASCII_ZEROS;
      count = leadingDigits(values);
      if (at == from && significantDigits == 0) {
        zeros = Math.min(count, Long.numberOfTrailingZeros(values) >>> 3);
      }
      read =
          count == Long.BYTES
              ? read * 100_000_000 + valueOf(values)
              : read * POWERS[count] + valueOf(values << (8 * (7 - count)) << 8);
      at += count;
    }
    if (count == Long.BYTES) {
      for (; at < limit && isDigit(bytes[at]); at++) {
        read = read * 10 + (bytes[at] - '0');
      }
    }
    if (at == from) {
      throw new MalformedJsonException(at, "expected a digit behind the point");
    }
    digits = read;
    significantDigits += at - from - zeros;
    return at;
  }

  private static float ofText(byte[] bytes, int from, int to) {
    return Float.parseFloat(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
  }

  /** Moves past the number that begins at an index and returns whether it is an integer. */
  boolean skip(byte[] bytes, int from, int limit) throws MalformedJsonException {
    int firstDigit = bytes[from] == '-' ? from + 1 : from;
    int at = digits(bytes, firstDigit, limit, "expected a digit");
    if (bytes[firstDigit] == '0' && at > firstDigit + 1) {
      throw new MalformedJsonException(firstDigit + 1, "a number has no leading zeros");
    }
    boolean integer = true;
    if (at < limit && bytes[at] == '.') {
      integer = false;
      at = digits(bytes, at + 1, limit, "expected a digit behind the point");
    }
    end = at;
    if (at < limit && (bytes[at] | 0x20) == 'e') {
      integer = false;
      var _ = exponent(bytes, at + 1, limit);
    }
    checkLength(from, end);
    return integer;
  }

  private static int digits(byte[] bytes, int from, int limit, String expected)
      throws MalformedJsonException {
    int at = from;
    while (at < limit && isDigit(bytes[at])) {
      at++;
    }
    if (at == from) {
      throw new MalformedJsonException(at, expected);
    }
    return at;
  }

  /** Reads what stands behind the {@code e}; one that is far too large is large enough. */
  private int exponent(byte[] bytes, int from, int limit) throws MalformedJsonException {
    int at = from;
    boolean negative = at < limit && bytes[at] == '-';
    if (negative || (at < limit && bytes[at] == '+')) {
      at++;
    }
    end = digits(bytes, at, limit, "expected a digit of the exponent");
    int exponent = 0;
    for (; at < end && exponent < LARGE_EXPONENT; at++) {
      exponent = exponent * 10 + (bytes[at] - '0');
    }
    return negative ? -exponent : exponent;
  }

  private static void checkLength(int from, int to) throws MalformedJsonException {
    if (to - from > MAX_CHARS) {
      throw new MalformedJsonException(from, "a number has more than " + MAX_CHARS + " characters");
    }
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9';
  }

  /**
   * How many of eight bytes, each a character less '0', are digits, up to the first that is not.
   */
  private static int leadingDigits(long values) {
    // What is carried out of a byte that is no digit disturbs only those behind it.
    long others = ((values + 0x7676_7676_7676_7676L) | values) & 0x8080_8080_8080_8080L;
    return Long.numberOfTrailingZeros(others) >>> 3;
  }

  /** The number of eight digits, the first in the lowest byte: pairs, fours, all. */
  private static long valueOf(long values) {
    long pairs = values * 10 + (values >>> 8);
    return (((pairs & 0x0000_00FF_0000_00FFL) * 0x000F_4240_0000_0064L)
            + (((pairs >>> 16) & 0x0000_00FF_0000_00FFL) * 0x0000_2710_0000_0001L))
        >>> 32;
  }
}
