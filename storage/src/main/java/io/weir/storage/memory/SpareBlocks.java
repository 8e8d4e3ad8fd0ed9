package io.weir.storage.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Large blocks of memory that went out of use and are handed out again.
 *
 * <p>Memory that is fresh from the system is taken page by page, each with a fault: that costs many
 * times what writing to it does, and a buffer that is filled and dropped with each checkpoint would
 * pay it for every row.
 *
 * <p>A block is lent to an arena: who reads it after that arena was closed gets the exception that
 * he would get for memory of the arena's own.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> owns the blocks, those that are lent included.
 */
final class SpareBlocks {
  private static final int ALIGNMENT = 64;

  private final long limitBytes;

  /** Guarded by this; the latest that came back is the first. */
  private final Deque<Block> spare = new ArrayDeque<>();

  /** Guarded by this. */
  private long bytes;

  /** Guarded by this. */
  private boolean closed;

  /** Keeps at most so many bytes. */
  SpareBlocks(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  private record Block(Arena owner, MemorySegment memory) {
    @SuppressWarnings("MustBeClosedChecker") // whoever drops the block closes it
    static Block allocate(long bytes) {
      Arena owner = Arena.ofShared();
      try {
        return new Block(owner, owner.allocate(bytes, ALIGNMENT));
      } catch (Throwable e) {
        owner.close();
        throw e;
      }
    }
  }

  /**
   * Returns memory, 64-byte aligned, until the arena is closed; it holds whatever it held.
   *
   * @param roomBytes bytes that may be held in blocks of other sizes beside this one
   */
  @SuppressWarnings(
      "restricted") // neither size nor address changes, and the block outlives its loan
  MemorySegment lend(Arena arena, long blockBytes, long roomBytes) {
    Block block = take(blockBytes);
    if (block == null) {
      shrink(roomBytes);
      block = Block.allocate(blockBytes);
    }
    Block lent = block;
    return lent.memory.reinterpret(arena, _ -> takeBack(lent));
  }

  /** Bytes of blocks that nobody uses. */
  synchronized long bytes() {
    return bytes;
  }

  private synchronized @Nullable Block take(long blockBytes) {
    for (Block block : spare) {
      if (block.memory.byteSize() == blockBytes) {
        spare.remove(block);
        bytes -= blockBytes;
        return block;
      }
    }
    return null;
  }

  private void takeBack(Block block) {
    synchronized (this) {
      if (!closed && bytes + block.memory.byteSize() <= limitBytes) {
        spare.addFirst(block);
        bytes += block.memory.byteSize();
        return;
      }
    }
    block.owner.close();
  }

  /** Drops those that have been spare for longest until no more than so many bytes are left. */
  synchronized void shrink(long toBytes) {
    while (bytes > Math.max(0, toBytes)) {
      Block oldest = spare.removeLast();
      bytes -= oldest.memory.byteSize();
      oldest.owner.close();
    }
  }

  /** Drops those that are spare, and from now on each that comes back. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    shrink(0);
  }
}
