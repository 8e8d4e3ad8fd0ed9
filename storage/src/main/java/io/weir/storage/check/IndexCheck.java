package io.weir.storage.check;

import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Holds the key index of a chunk against its rows: every row is found from its key's home slot, and
 * there are no more slots in use than rows, so the index names nothing else.
 */
final class IndexCheck {
  private final InputFile file;
  private final ChunkHead chunk;
  private final KeyHash keyHash;
  private final Part part;
  private final IndexPages pages;
  private final int rowBits;
  private final int rowMask;
  private final int used;

  IndexCheck(InputFile file, ChunkHead chunk, KeyHash keyHash, Part part) throws IOException {
    this.file = file;
    this.chunk = chunk;
    this.keyHash = keyHash;
    this.part = part;
    this.pages = new IndexPages(file, chunk);
    this.rowBits = Integer.SIZE - Integer.numberOfLeadingZeros(chunk.rows());
    this.rowMask = (int) ((1L << rowBits) - 1);
    this.used = countUsed();
  }

  private int countUsed() throws IOException {
    int count = 0;
    for (int at = 0; at < chunk.slots(); at++) {
      int slot = pages.slot(at);
      if (slot != 0) {
        count++;
        int row = (slot & rowMask) - 1;
        part.require(
            row >= 0 && row < chunk.rows(),
            "key index, slot " + at,
            placeOf(at),
            ChunkHead.SLOT_BYTES,
            "a row below " + chunk.rows(),
            row);
      }
    }
    return count;
  }

  private long placeOf(int slot) {
    return chunk.starts().index() + (long) slot * ChunkHead.SLOT_BYTES;
  }

  /**
   * Looks a row up as a reader would.
   *
   * @param key the row's key, in its first {@code length} bytes
   */
  void check(int row, byte[] key, int length) throws IOException {
    if (used == chunk.slots()) {
      return; // A search would not end; end() says so.
    }
    long hash = keyHash.of(MemorySegment.ofArray(key), 0, length);
    int tag = (int) (hash << rowBits);
    int home = home(hash);
    for (int at = home; ; at = at + 1 == chunk.slots() ? 0 : at + 1) {
      int slot = pages.slot(at);
      int other = (slot & rowMask) - 1;
      if (slot == 0) {
        part.found(
            "key index, slot " + at,
            placeOf(at),
            ChunkHead.SLOT_BYTES,
            "row " + row + " in the run from slot " + home,
            "the run's end");
        return;
      }
      if (other == row) {
        part.sameHex("key index, slot " + at, placeOf(at), tag | (row + 1), slot);
        return;
      }
      if ((slot & ~rowMask) == tag && other >= 0 && other < row && hasKey(other, key, length)) {
        part.found(
            "key index, slot " + at,
            placeOf(at),
            ChunkHead.SLOT_BYTES,
            "row " + row + ", the newer one of the key, before the older",
            "row " + other);
        return;
      }
    }
  }

  private boolean hasKey(int row, byte[] key, int length) throws IOException {
    return Arrays.equals(KeyReader.key(file, chunk, row), Arrays.copyOf(key, length));
  }

  /** After all rows: whether there are other slots in use. */
  void end() throws IOException {
    if (used == chunk.rows()) {
      return;
    }
    if (used > chunk.rows() && used < chunk.slots()) {
      nameStrangers();
    }
    part.found(
        "key index, slots in use",
        chunk.starts().index(),
        (long) chunk.slots() * ChunkHead.SLOT_BYTES,
        chunk.rows(),
        used);
  }

  /** Slots at which no search for their row arrives. */
  private void nameStrangers() throws IOException {
    for (int at = 0; at < chunk.slots(); at++) {
      int row = (pages.slot(at) & rowMask) - 1;
      if (row >= 0 && row < chunk.rows()) {
        byte[] key = KeyReader.key(file, chunk, row);
        int first = home(keyHash.of(MemorySegment.ofArray(key)));
        while (pages.slot(first) != 0 && (pages.slot(first) & rowMask) - 1 != row) {
          first = first + 1 == chunk.slots() ? 0 : first + 1;
        }
        part.require(
            first == at,
            "key index, slot " + at,
            placeOf(at),
            ChunkHead.SLOT_BYTES,
            "0, for row " + row + " is in slot " + first,
            Part.hex(pages.slot(at)));
      }
    }
  }

  private int home(long hash) {
    return (int) Math.unsignedMultiplyHigh(hash, chunk.slots());
  }
}
