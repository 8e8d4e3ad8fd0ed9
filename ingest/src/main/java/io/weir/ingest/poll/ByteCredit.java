package io.weir.ingest.poll;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a group of partitions, those of a collection, holds of a {@link ByteBudget}: counted apart,
 * limited together with all others.
 *
 * <p><b>Threads:</b> any.
 */
public final class ByteCredit {
  private final ByteBudget budget;
  private final AtomicLong heldBytes = new AtomicLong();

  /** Holds nothing. Borrows the budget. */
  public ByteCredit(ByteBudget budget) {
    this.budget = budget;
  }

  /** Bytes delivered and not yet done with. */
  public long heldBytes() {
    return heldBytes.get();
  }

  void join() {
    budget.join();
  }

  void leave() {
    budget.leave();
  }

  boolean admits(long heldByPartition) {
    return budget.admits(heldByPartition);
  }

  void take(long bytes) {
    heldBytes.addAndGet(bytes);
    budget.take(bytes);
  }

  void giveBack(long bytes) {
    heldBytes.addAndGet(-bytes);
    budget.giveBack(bytes);
  }
}
