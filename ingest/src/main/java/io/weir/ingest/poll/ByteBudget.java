package io.weir.ingest.poll;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of records the partitions of a process may have delivered and not yet been done
 * with.
 *
 * <p>Each partition that is read has an equal share of the limit, and none can use up another's: a
 * partition is fetched if, and only if, it holds less than its share. What a poll brings is not
 * known before, so a partition can pass its share, by {@code allowanceBytes} if that is what one
 * fetch of it can bring. Beyond {@code limit + partitions x allowance} nothing is fetched at all:
 *
 * <pre>
 * held by all  &lt;  limit + partitions x allowance + what one poll brings
 * </pre>
 *
 * <p>The second rule holds where a fetch brings more than the allowance, as of compressed topics,
 * whose fetches are counted as they are sent. Only there can partitions that stand still hold up
 * others.
 *
 * <p><b>Threads:</b> any.
 */
public final class ByteBudget {
  private final long limitBytes;
  private final long allowanceBytes;
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicInteger partitions = new AtomicInteger();

  /**
   * All of it unused.
   *
   * @param limitBytes what is shared, at least 1
   * @param allowanceBytes what one fetch of a partition brings at most, where nothing is compressed
   */
  public ByteBudget(long limitBytes, long allowanceBytes) {
    if (limitBytes < 1 || allowanceBytes < 0) {
      throw new IllegalArgumentException(
          "budget of " + limitBytes + " bytes with allowances of " + allowanceBytes);
    }
    this.limitBytes = limitBytes;
    this.allowanceBytes = allowanceBytes;
  }

  /** Bytes delivered and not yet done with. */
  public long heldBytes() {
    return heldBytes.get();
  }

  /** One more partition shares. */
  void join() {
    partitions.incrementAndGet();
  }

  /** One partition less shares. */
  void leave() {
    int left = partitions.decrementAndGet();
    assert left >= 0 : "left " + -left + " times too often";
  }

  /** Whether a partition that holds so much may be fetched. */
  boolean admits(long heldByPartition) {
    int sharing = Math.max(1, partitions.get());
    return heldByPartition < Math.max(1, limitBytes / sharing)
        && heldBytes.get() < limitBytes + sharing * allowanceBytes;
  }

  void take(long bytes) {
    heldBytes.addAndGet(bytes);
  }

  void giveBack(long bytes) {
    long held = heldBytes.addAndGet(-bytes);
    assert held >= 0 : "gave back " + -held + " bytes that were never taken";
  }
}
