package io.weir.storage.segment;

import java.util.Arrays;

/** Which rows of a chunk are dead: a set of bits that never changes. */
final class DeadRows {
  private static final DeadRows NONE = new DeadRows(new long[0], 0);

  private final long[] words;
  private final int count;

  private DeadRows(long[] words, int count) {
    this.words = words;
    this.count = count;
  }

  static DeadRows none() {
    return NONE;
  }

  boolean contains(int row) {
    int word = row / Long.SIZE;
    return word < words.length && (words[word] & (1L << row)) != 0;
  }

  int count() {
    return count;
  }

  /** Returns this set with more rows. */
  DeadRows with(int[] rows) {
    int top = Arrays.stream(rows).max().orElse(-1);
    long[] grown = Arrays.copyOf(words, Math.max(words.length, top / Long.SIZE + 1));
    int added = 0;
    for (int row : rows) {
      long bit = 1L << row;
      if ((grown[row / Long.SIZE] & bit) == 0) {
        grown[row / Long.SIZE] |= bit;
        added++;
      }
    }
    return new DeadRows(grown, count + added);
  }
}
