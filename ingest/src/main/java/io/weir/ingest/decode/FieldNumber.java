package io.weir.ingest.decode;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON numbers as values of fields: as whole numbers of 64 bits, exactly, or as doubles.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class FieldNumber {
  /** Beyond what any text of a payload's size can make up for. */
  private static final int LARGE_EXPONENT = 100_000_000;

  private static final int MAX_POWER = 18;

  /** Powers of ten up to here are doubles without error, and so are whole numbers below 2^53. */
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final long EXACT_DOUBLE = 1L << 53;

  /** The number's digits without zeros at the end, as a negative number, which reaches further. */
  private long digits;

  /** The power of ten that they are to be multiplied with. */
  private int exponent;

  /** Whether the digits are more than 64 bits hold. */
  private boolean overflow;

  private long whole;

  /** The whole number that was read last. */
  long whole() {
    return whole;
  }

  /**
   * Reads a number that has to be whole, however it is written: {@code 7}, {@code 7.0}, {@code
   * 7e0}.
   *
   * @return why it is no whole number of 64 bits, or null if it is
   */
  @Nullable FieldMisfit readWhole(byte[] bytes, int from, int to) {
    boolean negative = split(bytes, from, to);
    whole = 0;
    if (digits == 0 && !overflow) {
      return null;
    }
    if (exponent < 0) {
      return FieldMisfit.WRONG_TYPE;
    }
    if (overflow || exponent > MAX_POWER) {
      return FieldMisfit.OUT_OF_RANGE;
    }
    long number = digits;
    for (int i = 0; i < exponent; i++) {
      if (number < Long.MIN_VALUE / 10) {
        return FieldMisfit.OUT_OF_RANGE;
      }
      number *= 10;
    }
    if (!negative && number == Long.MIN_VALUE) {
      return FieldMisfit.OUT_OF_RANGE;
    }
    whole = negative ? number : -number;
    return null;
  }

  /** Returns the double nearest to a number; an infinite one, if it is too large, NaN for none. */
  double readDouble(byte[] bytes, int from, int to) {
    boolean negative = split(bytes, from, to);
    if (!overflow && digits > -EXACT_DOUBLE && Math.abs(exponent) < POWERS.length) {
      double magnitude = -digits;
      double number = exponent < 0 ? magnitude / POWERS[-exponent] : magnitude * POWERS[exponent];
      return negative ? -number : number;
    }
    try {
      return Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Takes the number apart and returns whether it has a minus. */
  private boolean split(byte[] bytes, int from, int to) {
    boolean negative = from < to && bytes[from] == '-';
    int at = negative ? from + 1 : from;
    digits = 0;
    overflow = false;
    int zeros = 0;
    int fraction = 0;
    boolean behindPoint = false;
    for (; at < to && (bytes[at] == '.' || (bytes[at] >= '0' && bytes[at] <= '9')); at++) {
      if (bytes[at] == '.') {
        behindPoint = true;
        continue;
      }
      fraction += behindPoint ? 1 : 0;
      if (bytes[at] == '0') {
        zeros++;
      } else {
        append(zeros, bytes[at] - '0');
        zeros = 0;
      }
    }
    exponent = zeros - fraction + exponent(bytes, at, to);
    return negative;
  }

  /** Puts zeros and a digit behind the digits. */
  private void append(int zeros, int digit) {
    for (int i = digits == 0 ? zeros : -1; i < zeros && !overflow; i++) {
      overflow = digits < Long.MIN_VALUE / 10;
      digits *= 10;
    }
    overflow |= digits < Long.MIN_VALUE + digit;
    digits -= digit;
  }

  private static int exponent(byte[] bytes, int from, int to) {
    int at = from;
    if (at == to || (bytes[at] | 0x20) != 'e') {
      return 0;
    }
    at++;
    boolean negative = at < to && bytes[at] == '-';
    if (at < to && (bytes[at] == '-' || bytes[at] == '+')) {
      at++;
    }
    int exponent = 0;
    for (; at < to && bytes[at] >= '0' && bytes[at] <= '9' && exponent < LARGE_EXPONENT; at++) {
      exponent = exponent * 10 + (bytes[at] - '0');
    }
    return negative ? -exponent : exponent;
  }
}
