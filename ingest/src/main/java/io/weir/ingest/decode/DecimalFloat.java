package io.weir.ingest.decode;

/**
 * The float32 nearest to a decimal number, ties to even, for the numbers that a double can decide.
 *
 * <p>Why that is exact: a {@code long} becomes a double with at most half a unit in the last place
 * of error, a power of ten up to 22 is a double without error, and their product or quotient adds
 * at most another half. A double has 29 bits more than a float32; where they are further from the
 * middle of two float32 than {@link #GUARD} units, the true number lies on the same side of it, and
 * rounding the double rounds the number. Whoever asks for one that is closer has to go by the text.
 */
final class DecimalFloat {
  /** As many decimal digits always fit into a {@code long}. */
  static final int MAX_DIGITS = 18;

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final long EXTRA_BITS = (1L << 29) - 1;
  private static final long MIDDLE = 1L << 28;
  private static final long GUARD = 4;

  private DecimalFloat() {}

  /**
   * Returns the float32 nearest to {@code digits * 10^exponent}; NaN where this method cannot tell.
   *
   * @param digits 0..10^18-1
   */
  static float nearest(long digits, int exponent) {
    if (digits == 0) {
      return 0;
    }
    if (exponent < -22 || exponent > 22) {
      return Float.NaN;
    }
    double number = exponent < 0 ? digits / POWERS[-exponent] : digits * POWERS[exponent];
    long fromMiddle = (Double.doubleToRawLongBits(number) & EXTRA_BITS) - MIDDLE;
    // Below the normal numbers a float32 has fewer bits, and the middles are elsewhere.
    if (Math.abs(fromMiddle) <= GUARD || number < Float.MIN_NORMAL) {
      return Float.NaN;
    }
    return (float) number;
  }
}
