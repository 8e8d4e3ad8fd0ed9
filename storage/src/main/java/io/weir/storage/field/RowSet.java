package io.weir.storage.field;

import java.io.IOException;
import java.util.Arrays;

/**
 * Some of adjacent rows, one bit each.
 *
 * <p><b>Threads:</b> one.
 */
public final class RowSet {
  private final int first;
  private final long[] words;

  private RowSet(int first, long[] words) {
    this.first = first;
    this.words = words;
  }

  /**
   * Rows from one on.
   *
   * @param room how many could be in it
   * @param rows how many are: the first ones
   */
  public static RowSet of(int first, int room, int rows) {
    long[] words = new long[(room + Long.SIZE - 1) / Long.SIZE];
    Arrays.fill(words, 0, rows / Long.SIZE, -1L);
    if (rows % Long.SIZE != 0) {
      words[rows / Long.SIZE] = (1L << rows) - 1;
    }
    return new RowSet(first, words);
  }

  /** Number of the row that the lowest bit of the first word stands for. */
  public int first() {
    return first;
  }

  /** The bits: of 64 rows a word, the first in the lowest bit. Not a copy. */
  public long[] words() {
    return words;
  }

  /** A copy that does not follow changes. */
  public RowSet copy() {
    return new RowSet(first, words.clone());
  }

  /** Whether no row is in it. */
  public boolean isEmpty() {
    return next(first) < 0;
  }

  /** The first row from one on that is in it, or -1. */
  public int next(int from) {
    int word = (from - first) / Long.SIZE;
    if (word >= words.length) {
      return -1;
    }
    long left = words[word] & -1L << (from - first);
    while (left == 0) {
      if (++word == words.length) {
        return -1;
      }
      left = words[word];
    }
    return first + word * Long.SIZE + Long.numberOfTrailingZeros(left);
  }

  /** The last row in it, or -1. */
  public int last() {
    for (int word = words.length - 1; word >= 0; word--) {
      if (words[word] != 0) {
        return first + (word + 1) * Long.SIZE - 1 - Long.numberOfLeadingZeros(words[word]);
      }
    }
    return -1;
  }

  /** Takes out all rows. */
  public void clear() {
    Arrays.fill(words, 0);
  }

  /** Takes out what is in another set of the same rows. */
  public void removeAll(RowSet other) {
    for (int i = 0; i < words.length; i++) {
      words[i] &= ~other.words[i];
    }
  }

  /** Takes out the rows below one, and those from another on. */
  public void retainRange(long from, long to) {
    for (int i = 0; i < words.length; i++) {
      long start = first + (long) i * Long.SIZE;
      words[i] &= below(to - start) & ~below(from - start);
    }
  }

  /** The lowest bits of a word: so many, if there are so many. */
  private static long below(long bits) {
    return bits <= 0 ? 0 : bits >= Long.SIZE ? -1L : (1L << bits) - 1;
  }

  /** Takes out the rows that are not among some, which are in ascending order. */
  public void retainRows(int[] sorted) {
    int found = Arrays.binarySearch(sorted, first);
    int at = found >= 0 ? found : -found - 1;
    for (int i = 0; i < words.length; i++) {
      long some = 0;
      for (; at < sorted.length && sorted[at] - first < (i + 1) * Long.SIZE; at++) {
        some |= 1L << (sorted[at] - first);
      }
      words[i] &= some;
    }
  }

  /** Says of a row whether it stays. */
  @FunctionalInterface
  public interface Test {
    /** Whether it does. */
    boolean stays(int row) throws IOException;
  }

  /** Takes out the rows that do not stay; each is asked for once, in order. */
  public void retainIf(Test test) throws IOException {
    for (int i = 0; i < words.length; i++) {
      long stay = 0;
      for (long left = words[i]; left != 0; left &= left - 1) {
        int bit = Long.numberOfTrailingZeros(left);
        if (test.stays(first + i * Long.SIZE + bit)) {
          stay |= 1L << bit;
        }
      }
      words[i] = stay;
    }
  }
}
