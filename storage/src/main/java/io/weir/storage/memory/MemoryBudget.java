package io.weir.storage.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How many bytes all hot buffers of a process may hold together.
 *
 * <p>No limit of the JVM covers memory from an {@link java.lang.foreign.Arena}, so every slab is
 * reserved here before it is allocated. Invariant: {@code 0 <= usedBytes <= limitBytes}. Large
 * slabs are kept when they are given back, for the next that asks: at most half of the budget,
 * which is what a checkpoint gives back, and never so many that they and what is in use pass the
 * limit.
 *
 * <p><b>Threads:</b> any.
 */
public final class MemoryBudget {
  /** Smaller ones are few: slabs double until they are as large as they get. */
  private static final long SMALLEST_KEPT_BYTES = 512 << 10;

  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong leavingBytes = new AtomicLong();
  private final SpareBlocks spares;
  private final AtomicReference<CompletableFuture<Long>> nextRelease =
      new AtomicReference<>(new CompletableFuture<>());

  /** A budget of so many bytes. */
  public MemoryBudget(long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("budget of " + limitBytes + " bytes");
    }
    this.limitBytes = limitBytes;
    this.spares = new SpareBlocks(limitBytes / 2);
  }

  /** The most bytes that may be in use. */
  public long limitBytes() {
    return limitBytes;
  }

  /** The bytes in use. */
  public long usedBytes() {
    return usedBytes.get();
  }

  private boolean tryReserve(long bytes) {
    long used = usedBytes.get();
    while (bytes <= limitBytes - used) {
      if (usedBytes.compareAndSet(used, used + bytes)) {
        return true;
      }
      used = usedBytes.get();
    }
    return false;
  }

  /**
   * Reserves and allocates memory, whatever it holds; empty, and nothing changed, if too little is
   * left.
   *
   * @param arena owns the memory; whoever closes it releases the bytes here
   * @param alignment at most 64
   */
  public Optional<MemorySegment> tryAllocate(Arena arena, long bytes, long alignment) {
    if (!tryReserve(bytes)) {
      return Optional.empty();
    }
    try {
      long room = limitBytes - usedBytes.get();
      if (bytes >= SMALLEST_KEPT_BYTES) {
        return Optional.of(spares.lend(arena, bytes, room));
      }
      spares.shrink(room);
      return Optional.of(arena.allocate(bytes, alignment));
    } catch (Throwable e) {
      // The machine has less than the budget allows: what was not had is not held.
      release(bytes);
      throw e;
    }
  }

  /** Bytes that are not in use and have not been given back to the system either. */
  public long spareBytes() {
    return spares.bytes();
  }

  /** Gives back to the system what is spare, and from now on whatever is given back here. */
  public void keepNothing() {
    spares.close();
  }

  /** Says that bytes in use are waiting to be given back: a checkpoint has them already. */
  public void markLeaving(long bytes) {
    leavingBytes.addAndGet(bytes);
  }

  /** The bytes in use that no checkpoint has yet. */
  public long stayingBytes() {
    return usedBytes.get() - leavingBytes.get();
  }

  /** Gives back bytes that were leaving. */
  public void releaseLeaving(long bytes) {
    leavingBytes.addAndGet(-bytes);
    release(bytes);
  }

  /** Gives bytes back and tells those who wait for room. */
  public void release(long bytes) {
    long used = usedBytes.addAndGet(-bytes);
    assert used >= 0 : "more released than reserved: " + used;
    nextRelease.getAndSet(new CompletableFuture<>()).complete(bytes);
  }

  /**
   * Returns a stage that completes, on the thread that releases, when bytes are next given back. To
   * miss no release: take the stage first, try to reserve again, then wait.
   */
  public CompletionStage<?> nextRelease() {
    return nextRelease.get().minimalCompletionStage();
  }
}
