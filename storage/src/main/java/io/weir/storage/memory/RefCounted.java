package io.weir.storage.memory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Memory that several hold at once and that the last one gives back.
 *
 * <p>It is made with one reference, its maker's. A reader that found it through a shared field
 * calls {@link #tryRetain}; false means that it has been given back meanwhile, and the field holds
 * its successor.
 *
 * <p><b>Threads:</b> any. {@link #free} runs once, on the thread of the last release.
 */
public abstract class RefCounted {
  private final AtomicInteger references = new AtomicInteger(1);

  /** Made with one reference. */
  protected RefCounted() {}

  /** Adds a reference, unless the last one is gone. */
  public final boolean tryRetain() {
    int now = references.get();
    while (now > 0) {
      if (references.compareAndSet(now, now + 1)) {
        return true;
      }
      now = references.get();
    }
    return false;
  }

  /**
   * Adds a reference for a caller that holds one already.
   *
   * @throws IllegalStateException if nobody holds one
   */
  public final void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException(this + " has been given back");
    }
  }

  /**
   * Gives one reference back; the last one frees.
   *
   * @throws IllegalStateException if there was none to give
   */
  public final void release() {
    int left = references.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException(this + " was released once too often");
    }
    if (left == 0) {
      free();
    }
  }

  /** Whether the last reference is gone. */
  public final boolean isFreed() {
    return references.get() <= 0;
  }

  /** Gives the memory back. */
  protected abstract void free();
}
