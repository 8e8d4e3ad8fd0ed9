package io.weir.storage.hot;

import io.weir.storage.memory.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A table of rows of equal size, off-heap, that grows by slabs and never moves a row.
 *
 * <p>The first slab has {@code firstBytes}, each further one twice as much, up to {@code maxBytes};
 * every slab holds a power of two of rows, so that a row is found without a division, and starts
 * 64-byte aligned. What a row holds before it is written is anything.
 *
 * <p><b>Threads:</b> one writer grows; any thread may read rows that it learnt of through a later
 * release-acquire pair. <b>Ownership:</b> the arena owns the slabs.
 */
final class Slabs {
  static final int ALIGNMENT = 64;

  private final Arena arena;
  private final MemoryBudget budget;
  private final long strideBytes;

  /** The binary logarithm of the rows in the first slab. */
  private final int firstShift;

  /** The binary logarithm of the rows in the largest slabs. */
  private final int fullShift;

  /** Slabs that are smaller than the largest, and the rows that they hold. */
  private final int growingSlabs;

  private final int growingRows;
  private volatile MemorySegment[] slabs = {};
  private long allocatedBytes;
  private long usedBytes;

  Slabs(Arena arena, MemoryBudget budget, long strideBytes, long firstBytes, long maxBytes) {
    this.arena = arena;
    this.budget = budget;
    this.strideBytes = strideBytes;
    this.fullShift = log2(maxBytes / strideBytes);
    this.firstShift = Math.min(log2(firstBytes / strideBytes), fullShift);
    this.growingSlabs = fullShift - firstShift;
    this.growingRows = rowsBefore(growingSlabs);
  }

  private static int log2(long rows) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, rows));
  }

  /** Rows in so many of the growing slabs. */
  private int rowsBefore(int slab) {
    return ((1 << slab) - 1) << firstShift;
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
    return row < growingRows
        ? log2((row >>> firstShift) + 1L)
        : growingSlabs + ((row - growingRows) >>> fullShift);
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
    return slab < growingSlabs
        ? rowsBefore(slab)
        : growingRows + ((slab - growingSlabs) << fullShift);
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
