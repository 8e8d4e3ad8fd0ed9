package io.weir.deploy.audit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Offsets of the records that no row comes from, 12 bytes each.
 *
 * <p><b>Threads:</b> one.
 */
final class RejectedRecords {

  private static final int FIRST_OFFSETS = 64;

  private final Map<Integer, OfPartition> partitions = new HashMap<>();

  private static final class OfPartition {
    private long[] offsets = new long[FIRST_OFFSETS];
    private int[] letters = new int[FIRST_OFFSETS];
    private int size;
  }

  /** Adds a record; the offsets of a partition rise. */
  void add(int partition, long offset) {
    OfPartition of = partitions.computeIfAbsent(partition, _ -> new OfPartition());
    if (of.size == of.offsets.length) {
      of.offsets = Arrays.copyOf(of.offsets, Math.multiplyExact(of.size, 2));
      of.letters = Arrays.copyOf(of.letters, of.offsets.length);
    }
    of.offsets[of.size++] = offset;
  }

  /** Counts a letter about a record; returns whether that one was rejected. */
  boolean addLetter(int partition, long offset) {
    OfPartition of = partitions.get(partition);
    int at = of == null ? -1 : Arrays.binarySearch(of.offsets, 0, of.size, offset);
    if (of == null || at < 0) {
      return false;
    }
    of.letters[at]++;
    return true;
  }

  long size() {
    return partitions.values().stream().mapToLong(of -> of.size).sum();
  }

  /** Hears of each record. */
  @FunctionalInterface
  interface Visitor {
    void visit(int partition, long offset, int letters);
  }

  void forEach(Visitor visitor) {
    partitions.forEach((partition, of) -> {
      for (int i = 0; i < of.size; i++) {
        visitor.visit(partition, of.offsets[i], of.letters[i]);
      }
    });
  }
}
