package io.weir.storage.record;

/**
 * Where vectors lie when many of them follow each other, in a slab or in a chunk.
 *
 * <p>A row is padded to 64 bytes, a cache line, where that costs at most 1 % of it; else rows
 * follow each other without a gap.
 */
public final class RowLayout {
  private static final int LINE_BYTES = 64;
  private static final int MAX_PADDING_PERCENT = 1;

  private RowLayout() {}

  /** Returns the bytes from one row to the next. */
  public static int strideBytes(int dimension) {
    int bytes = dimension * Float.BYTES;
    int padding = Math.floorMod(-bytes, LINE_BYTES);
    return 100L * padding <= (long) MAX_PADDING_PERCENT * bytes ? bytes + padding : bytes;
  }
}
