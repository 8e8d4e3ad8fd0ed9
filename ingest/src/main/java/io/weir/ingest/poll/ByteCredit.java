package io.weir.ingest.poll;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of records several partitions together may have delivered and not yet been done
 * with. While it is used up none of them is fetched.
 *
 * <p>A limit on when to fetch, not on what a poll brings: what is held can pass it by the records
 * of one poll.
 *
 * <p><b>Threads:</b> any.
 */
public final class ByteCredit {
  private final long limitBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  /** All of it unused. */
  public ByteCredit(long limitBytes) {
    if (limitBytes < 1) {
      throw new IllegalArgumentException("credit of " + limitBytes + " bytes");
    }
    this.limitBytes = limitBytes;
  }

  /** Bytes delivered and not yet done with. */
  public long heldBytes() {
    return heldBytes.get();
  }

  boolean left() {
    return heldBytes.get() < limitBytes;
  }

  void take(long bytes) {
    heldBytes.addAndGet(bytes);
  }

  void giveBack(long bytes) {
    long held = heldBytes.addAndGet(-bytes);
    assert held >= 0 : "gave back " + -held + " bytes that were never taken";
  }
}
