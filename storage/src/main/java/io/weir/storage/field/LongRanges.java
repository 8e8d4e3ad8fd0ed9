package io.weir.storage.field;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of longs: ranges, with both ends in them, in ascending order, none touching another.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class LongRanges {

  /** No long. */
  public static final LongRanges NONE = new LongRanges(new long[0], new long[0]);

  /** Every long. */
  public static final LongRanges ALL = of(Long.MIN_VALUE, Long.MAX_VALUE);

  /** Several ranges that span so little are looked up in a bit set. */
  private static final long MOST_BITS = 1 << 16;

  private final long[] lows;
  private final long[] highs;

  /** One bit for each long from the lowest on; null for few ranges, or a wide span. */
  private final long @Nullable [] bits;

  private LongRanges(long[] lows, long[] highs) {
    this.lows = lows;
    this.highs = highs;
    this.bits = lows.length > 1 ? bits(lows, highs) : null;
  }

  private static long @Nullable [] bits(long[] lows, long[] highs) {
    long span = highs[highs.length - 1] - lows[0];
    if (span < 0 || span >= MOST_BITS) {
      return null;
    }
    long[] bits = new long[(int) (span / Long.SIZE) + 1];
    for (int i = 0; i < lows.length; i++) {
      for (long at = lows[i] - lows[0]; at <= highs[i] - lows[0]; at++) {
        bits[(int) (at / Long.SIZE)] |= 1L << at;
      }
    }
    return bits;
  }

  /** The longs between two, both of them included; none if the first is above the second. */
  public static LongRanges of(long low, long high) {
    return low > high ? NONE : new LongRanges(new long[] {low}, new long[] {high});
  }

  /** Some longs, in any order. */
  public static LongRanges of(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return of(sorted, sorted);
  }

  /** Ranges that may touch or overlap, in the order of their lower ends. */
  static LongRanges of(long[] from, long[] to) {
    long[] lows = new long[from.length];
    long[] highs = new long[from.length];
    int count = 0;
    for (int i = 0; i < from.length; i++) {
      if (count > 0 && (from[i] <= highs[count - 1] || from[i] - 1 == highs[count - 1])) {
        highs[count - 1] = Math.max(highs[count - 1], to[i]);
      } else {
        lows[count] = from[i];
        highs[count++] = to[i];
      }
    }
    return count == 0
        ? NONE
        : new LongRanges(Arrays.copyOf(lows, count), Arrays.copyOf(highs, count));
  }

  /** Whether a long is in it. */
  public boolean contains(long value) {
    if (lows.length == 1) {
      return value >= lows[0] && value <= highs[0];
    }
    if (bits != null) {
      long at = value - lows[0];
      return value >= lows[0]
          && value <= highs[highs.length - 1]
          && (bits[(int) (at / Long.SIZE)] & 1L << at) != 0;
    }
    int range = rangeFrom(value);
    return range >= 0 && value <= highs[range];
  }

  /** The last range that begins at a long or below, or -1. */
  private int rangeFrom(long value) {
    int found = Arrays.binarySearch(lows, value);
    return found >= 0 ? found : -found - 2;
  }

  /** Whether some long between two, both included, is in it. */
  public boolean meets(long low, long high) {
    int range = rangeFrom(high);
    return range >= 0 && highs[range] >= low;
  }

  /** Whether each long between two, both included, is in it. */
  public boolean covers(long low, long high) {
    int range = rangeFrom(low);
    return range >= 0 && highs[range] >= high;
  }

  @Override
  public String toString() {
    return Arrays.toString(lows) + " to " + Arrays.toString(highs);
  }
}
