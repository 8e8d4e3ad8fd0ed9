package io.weir.storage.check;

import java.util.Arrays;

/** Numbers by numbers, not negative, in two arrays: open addressing with linear probing. */
final class LongTable {
  static final long NONE = -1;
  private static final int SMALLEST = 16;

  private long[] keys;
  private long[] values;
  private int size;

  /** An empty table that takes so many entries without growing. */
  LongTable(int entries) {
    int capacity = Math.max(SMALLEST, Integer.highestOneBit(Math.max(entries, 1)) << 1);
    while (capacity / 4 * 3 < entries) {
      capacity <<= 1;
    }
    keys = new long[capacity];
    values = new long[capacity];
    Arrays.fill(values, NONE);
  }

  /** Puts a value; returns the one that was there, or {@link #NONE}. */
  long put(long key, long value) {
    if (size >= keys.length / 4 * 3) {
      grow();
    }
    int at = slotOf(key);
    long before = values[at];
    if (before == NONE) {
      keys[at] = key;
      size++;
    }
    values[at] = value;
    return before;
  }

  long get(long key) {
    return values[slotOf(key)];
  }

  int size() {
    return size;
  }

  void clear() {
    Arrays.fill(values, NONE);
    size = 0;
  }

  private int slotOf(long key) {
    long mixed = key * 0x9e37_79b9_7f4a_7c15L;
    int mask = keys.length - 1;
    int at = (int) (mixed >>> 32) & mask;
    while (values[at] != NONE && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new long[keys.length];
    Arrays.fill(values, NONE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != NONE) {
        int at = slotOf(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }
}
