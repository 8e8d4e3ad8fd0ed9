package io.weir.storage.query;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes the hits of some queries may have together: keys, a byte a character, and the
 * vectors and payloads that were asked for. It bounds what is copied into the heap, not what is
 * scored.
 *
 * <p><b>Threads:</b> any.
 */
public final class HitBudget {
  private final long bytes;
  private final AtomicLong taken = new AtomicLong();

  /** A budget of which nothing is taken. */
  public HitBudget(long bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes what a hit has.
   *
   * @throws HitsTooLargeException if so much is not left
   */
  void take(StoredRow row) {
    long wanted =
        row.key().length() + (long) row.vector().length * Float.BYTES + row.payload().length;
    if (taken.addAndGet(wanted) > bytes) {
      throw new HitsTooLargeException(bytes);
    }
  }
}
