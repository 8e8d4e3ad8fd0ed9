package io.weir.deploy.check;

import java.nio.charset.Charset;

/** Draws shares as bars of blocks, or of plain characters where blocks cannot be shown. */
final class Bars {
  private final char live;
  private final char dead;
  private final char overhead;

  private Bars(char live, char dead, char overhead) {
    this.live = live;
    this.dead = dead;
    this.overhead = overhead;
  }

  /** Bars for a stream in that charset. */
  static Bars in(Charset charset) {
    Bars blocks = new Bars('\u2588', '\u2592', '\u2591');
    return charset.canEncode() && charset.newEncoder().canEncode(blocks.legend())
        ? blocks
        : new Bars('#', 'x', '.');
  }

  /** What the characters mean. */
  String legend() {
    return live + " live  " + dead + " dead  " + overhead + " overhead";
  }

  /**
   * Draws a file.
   *
   * @param columns columns of a whole bar
   * @param whole what a whole bar stands for
   */
  String draw(int columns, long whole, long liveBytes, long deadBytes, long overheadBytes) {
    long all = liveBytes + deadBytes + overheadBytes;
    int length = cells(columns, whole, all);
    int liveCells = cells(length, all, liveBytes);
    int deadCells = Math.min(length - liveCells, cells(length, all, deadBytes));
    String bar =
        String.valueOf(live).repeat(liveCells)
            + String.valueOf(dead).repeat(deadCells)
            + String.valueOf(overhead).repeat(length - liveCells - deadCells);
    return bar + " ".repeat(columns - length);
  }

  /** Draws a share of a whole. */
  String draw(int columns, long whole, long bytes) {
    int length = cells(columns, whole, bytes);
    return String.valueOf(live).repeat(length) + " ".repeat(columns - length);
  }

  /** What is there at all gets at least one cell. */
  private static int cells(int columns, long whole, long part) {
    if (part <= 0 || whole <= 0) {
      return 0;
    }
    return Math.clamp(Math.round((double) columns * part / whole), 1, columns);
  }
}
