package io.weir.storage.segment;

import io.weir.storage.record.KeyHash;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The keywords of a column that is to be written, each once; on the heap.
 *
 * <p><b>Threads:</b> one.
 */
final class KeywordDictionary {
  private final KeyHash keyHash;
  private byte[] bytes = new byte[256];
  private MemorySegment memory = MemorySegment.ofArray(bytes);
  private int[] ends = new int[16];
  private int count;

  /** Open addressing: 0, or 1 + number of a keyword in the order of their coming. */
  private int[] slots = new int[64];

  /** By number: place in the order of their bytes. */
  private int[] ranks = {};

  KeywordDictionary(KeyHash keyHash) {
    this.keyHash = keyHash;
  }

  int count() {
    return count;
  }

  int byteSize() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** Adds a keyword, unless it is there. */
  void add(MemorySegment keyword) {
    int at = find(keyword);
    if (slots[at] != 0) {
      return;
    }
    int length = (int) keyword.byteSize();
    int start = byteSize();
    if (start + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, start + length));
      memory = MemorySegment.ofArray(bytes);
    }
    MemorySegment.copy(keyword, 0, memory, start, length);
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
    }
    ends[count++] = start + length;
    slots[at] = count;
    if (2 * count > slots.length) {
      grow();
    }
  }

  private void grow() {
    slots = new int[2 * slots.length];
    for (int number = 0; number < count; number++) {
      // None is there twice, so it is an empty slot that is found.
      slots[find(keyword(number))] = number + 1;
    }
  }

  /** The slot of a keyword, or the empty one where it would go. */
  private int find(MemorySegment keyword) {
    int mask = slots.length - 1;
    int at = (int) (keyHash.of(keyword) >>> Integer.SIZE) & mask;
    while (slots[at] != 0 && keyword(slots[at] - 1).mismatch(keyword) != -1) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private MemorySegment keyword(int number) {
    int start = number == 0 ? 0 : ends[number - 1];
    return memory.asSlice(start, ends[number] - start);
  }

  /** Puts the keywords in order; none is added after that. */
  void sort() {
    int[] order = new int[count];
    Arrays.setAll(order, number -> number);
    int[] spare = new int[count];
    for (int width = 1; width < count; width *= 2) {
      for (int from = 0; from < count; from += 2 * width) {
        merge(order, spare, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
      }
      int[] merged = spare;
      spare = order;
      order = merged;
    }
    ranks = new int[count];
    for (int rank = 0; rank < count; rank++) {
      ranks[order[rank]] = rank;
    }
    sorted = order;
  }

  /** By place in the order: number. */
  private int[] sorted = {};

  private void merge(int[] from, int[] to, int first, int middle, int end) {
    int left = first;
    int right = middle;
    for (int at = first; at < end; at++) {
      boolean takeLeft = right == end || (left < middle && compare(from[left], from[right]) <= 0);
      to[at] = takeLeft ? from[left++] : from[right++];
    }
  }

  private int compare(int a, int b) {
    int startOfA = a == 0 ? 0 : ends[a - 1];
    int startOfB = b == 0 ? 0 : ends[b - 1];
    return Arrays.compareUnsigned(bytes, startOfA, ends[a], bytes, startOfB, ends[b]);
  }

  /** The keyword at a place in their order; borrowed. */
  MemorySegment sorted(int rank) {
    return keyword(sorted[rank]);
  }

  /** The place of a keyword that was added. */
  int rank(MemorySegment keyword) {
    return ranks[slots[find(keyword)] - 1];
  }
}
