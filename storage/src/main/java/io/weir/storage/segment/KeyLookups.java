package io.weir.storage.segment;

import java.util.Arrays;

/**
 * Keys that are to be looked up, by their hashes.
 *
 * <p><b>Threads:</b> one.
 */
public final class KeyLookups {
  /** By number. */
  private final long[] hashes;

  /** The hash's high bits, as a signed number in the order of unsigned ones, above the number. */
  private final long[] order;

  private final long numberMask;
  private int size;

  /** Room for keys with numbers below this. */
  public KeyLookups(int numbers) {
    this.hashes = new long[numbers];
    this.order = new long[numbers];
    this.numberMask = Long.highestOneBit(Math.max(1, numbers)) * 2 - 1;
  }

  /** Adds a key; each number once. */
  public void add(int number, long hash) {
    hashes[number] = hash;
    order[size++] = ((hash ^ Long.MIN_VALUE) & ~numberMask) | number;
  }

  /** The order of every {@link KeyIndex}, whose slots follow the hashes' high bits. */
  void sort() {
    Arrays.sort(order, 0, size);
  }

  int size() {
    return size;
  }

  int number(int at) {
    return (int) (order[at] & numberMask);
  }

  long hash(int at) {
    return hashes[number(at)];
  }

  /** Moves an entry to the front, where those are that stay. */
  void keep(int to, int from) {
    order[to] = order[from];
  }

  void truncate(int newSize) {
    size = newSize;
  }
}
