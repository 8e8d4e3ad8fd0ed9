package io.weir.storage.hot;

import io.weir.storage.memory.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A table of rows of equal size, off-heap, that grows by slabs and never moves a row.
 *
 * <p>The first slab has {@code firstBytes}, each further one twice as much, up to {@code maxBytes};
 * every slab holds a whole number of rows, at least one, and starts 64-byte aligned. What a row
 * holds before it is written is anything.
 *
 * <p><b>Threads:</b> one writer grows; any thread may read rows that it learnt of through a later
 * release-acquire pair. <b>Ownership:</b> the arena owns the slabs.
 */
final class Slabs {
  static final int ALIGNMENT = 64;

  private final Arena arena;
  private final MemoryBudget budget;
  private final long strideBytes;

  /**
   * First row of each slab that is smaller than the largest; the last entry is the first of those.
   */
  private final int[] growingFirstRows;

  private final long firstSlabRows;
  private final int fullSlabRows;
  private volatile MemorySegment[] slabs = {};
  private long allocatedBytes;
  private long usedBytes;

  Slabs(Arena arena, MemoryBudget budget, long strideBytes, long firstBytes, long maxBytes) {
    this.arena = arena;
    this.budget = budget;
    this.strideBytes = strideBytes;
    this.fullSlabRows = Math.toIntExact(Math.max(1, maxBytes / strideBytes));
    this.firstSlabRows = Math.clamp(firstBytes / strideBytes, 1, fullSlabRows);
    int growing = 0;
    while (rowsOfGrowingSlab(growing) < fullSlabRows) {
      growing++;
    }
    this.growingFirstRows = new int[growing + 1];
    for (int slab = 0; slab < growing; slab++) {
      growingFirstRows[slab + 1] =
          growingFirstRows[slab] + Math.toIntExact(rowsOfGrowingSlab(slab));
    }
  }

  private long rowsOfGrowingSlab(int slab) {
    return firstSlabRows << slab;
  }

  /** Makes room for a row of this number; false, and nothing changed, if the budget is used up. */
  boolean ensure(int row) {
    MemorySegment[] now = slabs;
    if (now.length > 0 && row < firstRow(now.length)) {
      return true;
    }
    long bytes = rowsInSlab(now.length) * strideBytes;
    Optional<MemorySegment> slab = budget.tryAllocate(arena, bytes, ALIGNMENT);
    if (slab.isEmpty()) {
      return false;
    }
    MemorySegment[] grown = new MemorySegment[now.length + 1];
    System.arraycopy(now, 0, grown, 0, now.length);
    grown[now.length] = slab.get();
    allocatedBytes += bytes;
    slabs = grown;
    assert row < firstRow(grown.length) : "rows are added one by one";
    return true;
  }

  /** Says that one more row holds something; by the writer, once a row. */
  void fill() {
    usedBytes += strideBytes;
  }

  /** The slabs as they are now; row {@code r} lies in {@code slab(r)} at {@code position(r)}. */
  MemorySegment[] slabs() {
    return slabs;
  }

  /** The number of the slab that holds a row. */
  int slab(int row) {
    int growing = growingFirstRows.length - 1;
    if (row >= growingFirstRows[growing]) {
      return growing + (row - growingFirstRows[growing]) / fullSlabRows;
    }
    int slab = 0;
    while (row >= growingFirstRows[slab + 1]) {
      slab++;
    }
    return slab;
  }

  /** Where in its slab a row begins, in bytes. */
  long position(int row) {
    return (row - firstRow(slab(row))) * strideBytes;
  }

  /** The segment that holds a row. */
  MemorySegment segment(int row) {
    return slabs[slab(row)];
  }

  /** The number of a slab's first row. */
  int firstRow(int slab) {
    int growing = growingFirstRows.length - 1;
    return slab <= growing
        ? growingFirstRows[slab]
        : growingFirstRows[growing] + (slab - growing) * fullSlabRows;
  }

  private int rowsInSlab(int slab) {
    return firstRow(slab + 1) - firstRow(slab);
  }

  /**
   * Bytes reserved and allocated; written by the writer, so others may see a slightly older one.
   */
  long allocatedBytes() {
    return allocatedBytes;
  }

  /** Bytes of rows that hold something; as fresh as {@link #allocatedBytes}. */
  long usedBytes() {
    return usedBytes;
  }
}
