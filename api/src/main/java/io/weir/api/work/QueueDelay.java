package io.weir.api.work;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long work may have waited, and still be begun. Bursts are let through: only where the queue
 * has stood for a while does what has waited too long give way to what came later, so that whatever
 * is answered is answered in time.
 *
 * <p>This is controlled delay (CoDel), decided when a thread comes for work. A queue stands while
 * more waits than there are threads; the target is a multiple of what work takes, within bounds. As
 * much work as there are threads may always wait, so no thread is idle for it, and that many
 * clients beyond those who are served are never refused.
 *
 * <p><b>Threads:</b> any. Figures are updated without a lock: a lost update makes the target
 * coarser, nothing else.
 */
final class QueueDelay {

  /** So long may more wait than there are threads: a burst. */
  static final Duration INTERVAL = Duration.ofMillis(100);

  /** So often may work have waited what work takes. */
  private static final int TIMES_AT_WORK = 3;

  /** The mean forgets half of what it was in five pieces of work. */
  private static final int SHARE_OF_LAST = 8;

  private final int threads;
  private final long leastNanos;
  private final long mostNanos;
  private final AtomicLong calmNanos = new AtomicLong(System.nanoTime());
  private final AtomicLong atWorkNanos = new AtomicLong();

  /**
   * A rule that has seen no work yet.
   *
   * @param threads how much runs at a time
   */
  QueueDelay(int threads, QueueTarget target) {
    this.threads = threads;
    this.leastNanos = target.least().toNanos();
    this.mostNanos = target.most().toNanos();
  }

  /** Work has been queued. */
  void queued(int waiting, long nowNanos) {
    if (waiting <= threads) {
      calmNanos.set(nowNanos);
    }
  }

  /**
   * Whether work that a thread has come for has waited too long to be begun.
   *
   * @param waitedNanos how long it has
   * @param behind how much still waits
   */
  boolean isTooLong(long waitedNanos, int behind, long nowNanos) {
    if (behind <= threads) {
      // What is left waits its turn. As much behind as there are threads would be calm, too.
      calmNanos.set(nowNanos);
      return false;
    }
    return nowNanos - calmNanos.get() > INTERVAL.toNanos() && waitedNanos > targetNanos();
  }

  /** Work has taken so long. */
  void worked(long nanos) {
    long mean = atWorkNanos.get();
    atWorkNanos.set(mean == 0 ? nanos : mean + (nanos - mean) / SHARE_OF_LAST);
  }

  private long targetNanos() {
    return Math.clamp(TIMES_AT_WORK * atWorkNanos.get(), leastNanos, mostNanos);
  }
}
