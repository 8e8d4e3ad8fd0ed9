package io.weir.storage.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A shared arena that is made with its first byte: to close one asks every thread of the process,
 * and most buffers of an idle shard never hold anything.
 *
 * <p><b>Threads:</b> one allocates and closes; what was allocated may be read by any.
 */
public final class LazyArena implements Arena {
  private @Nullable Arena arena;

  /** Nothing allocated yet. */
  public LazyArena() {}

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private Arena arena() {
    Arena made = arena;
    if (made == null) {
      made = Arena.ofShared();
      arena = made;
    }
    return made;
  }

  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    return arena().allocate(bytes, alignment);
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena().scope();
  }

  /** Gives back what was allocated, if anything was; allocating after that begins anew. */
  @Override
  public void close() {
    if (arena != null) {
      arena.close();
      arena = null;
    }
  }
}
