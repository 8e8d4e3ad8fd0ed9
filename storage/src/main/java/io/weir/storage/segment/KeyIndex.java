package io.weir.storage.segment;

import io.weir.storage.memory.LittleEndian;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The key index of a chunk: open addressing, linear probing, three quarters full.
 *
 * <p>A slot is 0 when empty, else the row plus one in as many low bits as the chunk's row count
 * needs, and above them as many bits of the key's hash as are left: a tag that spares most
 * comparisons of keys. The high bits of the hash choose the slot: {@code hash * slots / 2^64}.
 *
 * <p>A key may have several rows. They share their home slot, so a search meets them in the order
 * in which they were added: the newest is added first.
 */
final class KeyIndex {
  private final int[] slots;
  private final int rowBits;

  /** An empty index for so many rows. */
  KeyIndex(int rows) {
    this.slots = new int[slotsFor(rows)];
    this.rowBits = rowBits(rows);
  }

  static int slotsFor(int rows) {
    return Math.toIntExact(rows + rows / 3L + 1);
  }

  private static int rowBits(int rows) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(rows);
  }

  /** Adds a row under its key's hash, behind the rows of that key that were added before it. */
  void add(long hash, int row) {
    int at = home(hash, slots.length);
    while (slots[at] != 0) {
      at = at + 1 == slots.length ? 0 : at + 1;
    }
    slots[at] = tag(hash, rowBits) | (row + 1);
  }

  int[] slots() {
    return slots;
  }

  /** What a search in a persisted index needs of the chunk that holds it. */
  interface Probe {
    /** Makes slots readable from one on, and returns the first that is not. */
    int readable(int from) throws IOException;

    /** Says whether a row is the one that is looked for. */
    boolean matches(int row) throws IOException;
  }

  /**
   * Finds the first row that matches among those of a key's hash; -1 if there is none.
   *
   * @param memory holds the slots, from {@code start} on
   */
  static int find(MemorySegment memory, long start, int slots, int rows, long hash, Probe probe)
      throws IOException {
    int rowBits = rowBits(rows);
    int rowMask = (int) ((1L << rowBits) - 1);
    int tag = tag(hash, rowBits);
    int at = home(hash, slots);
    int readable = at;
    for (int probes = 0; probes < slots; probes++) {
      if (at == readable) {
        readable = probe.readable(at);
      }
      int slot = memory.get(LittleEndian.INT, start + (long) at * SegmentFormat.SLOT_BYTES);
      if (slot == 0) {
        return -1;
      }
      int row = (slot & rowMask) - 1;
      if ((slot & ~rowMask) == tag && probe.matches(row)) {
        return row;
      }
      at++;
      if (at == slots) {
        at = 0;
        readable = 0;
      }
    }
    return -1;
  }

  private static int home(long hash, int slots) {
    return (int) Math.unsignedMultiplyHigh(hash, slots);
  }

  private static int tag(long hash, int rowBits) {
    return (int) ((hash << rowBits) & 0xffff_ffffL);
  }
}
