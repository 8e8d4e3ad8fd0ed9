package io.weir.storage.field;

/** Values of all types but keywords as longs: one is lower than another if its long is. */
public final class OrderedValue {
  private OrderedValue() {}

  /** Of a finite double; those of -0 and 0 are the same. */
  public static long of(double value) {
    long bits = Double.doubleToRawLongBits(value + 0.0);
    // Negative numbers: the larger the bits below the sign, the lower the number.
    return bits ^ ((bits >> (Long.SIZE - 1)) & Long.MAX_VALUE);
  }

  /** Of a boolean. */
  public static long of(boolean value) {
    return value ? 1 : 0;
  }
}
