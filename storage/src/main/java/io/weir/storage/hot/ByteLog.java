package io.weir.storage.hot;

import io.weir.storage.memory.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Byte strings of any length, off-heap, one behind the other; none crosses a slab.
 *
 * <p>An address is the number of the slab in the high and the position in the low 32 bits.
 *
 * <p><b>Threads:</b> as {@link Slabs}. <b>Ownership:</b> the arena owns the slabs.
 */
final class ByteLog {
  private final Arena arena;
  private final MemoryBudget budget;
  private final long maxBytes;
  private long nextBytes;
  private volatile MemorySegment[] slabs = {};

  /** Position reached in the last slab. */
  private long used;

  /** Positions reached in all slabs together. */
  private long usedBytes;

  private long allocatedBytes;

  ByteLog(Arena arena, MemoryBudget budget, long firstBytes, long maxBytes) {
    this.arena = arena;
    this.budget = budget;
    this.nextBytes = firstBytes;
    this.maxBytes = maxBytes;
  }

  /** Makes room for a string of so many bytes; false, and nothing changed, without budget. */
  boolean ensure(long bytes) {
    MemorySegment[] now = slabs;
    if (now.length > 0 && bytes <= now[now.length - 1].byteSize() - used) {
      return true;
    }
    long slabBytes = Math.max(nextBytes, bytes);
    Optional<MemorySegment> slab = budget.tryAllocate(arena, slabBytes, Long.BYTES);
    if (slab.isEmpty()) {
      return false;
    }
    MemorySegment[] grown = new MemorySegment[now.length + 1];
    System.arraycopy(now, 0, grown, 0, now.length);
    grown[now.length] = slab.get();
    allocatedBytes += slabBytes;
    nextBytes = Math.min(2 * nextBytes, maxBytes);
    used = 0;
    slabs = grown;
    return true;
  }

  /** Appends two strings as one, in the room that {@link #ensure} made; returns their address. */
  long append(MemorySegment first, MemorySegment second) {
    int slab = slabs.length - 1;
    MemorySegment target = slabs[slab];
    long at = used;
    MemorySegment.copy(first, 0, target, at, first.byteSize());
    MemorySegment.copy(second, 0, target, at + first.byteSize(), second.byteSize());
    used = at + first.byteSize() + second.byteSize();
    usedBytes += used - at;
    return ((long) slab << Integer.SIZE) | at;
  }

  /** Returns the bytes at an address; borrowed from the arena. */
  MemorySegment read(long address, long bytes) {
    return slab(address).asSlice(position(address), bytes);
  }

  /** The slab that an address is in; borrowed from the arena. */
  MemorySegment slab(long address) {
    return slabs[(int) (address >>> Integer.SIZE)];
  }

  /** Where in its slab an address is. */
  static long position(long address) {
    return address & 0xffff_ffffL;
  }

  /** Bytes reserved and allocated. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  /** Bytes of strings in them. */
  long usedBytes() {
    return usedBytes;
  }
}
