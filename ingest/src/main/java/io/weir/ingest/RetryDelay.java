package io.weir.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a shard may try again.
 *
 * <p><b>Threads:</b> any.
 */
final class RetryDelay {
  private static final Duration FIRST = Duration.ofSeconds(2);

  /** No wait is longer. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  private Optional<StopReason> reason = Optional.empty();
  private Duration delay = FIRST;
  private Optional<Instant> rebuildStarted = Optional.empty();
  private Optional<Duration> rebuildTook = Optional.empty();

  /** Whether this reason is another than that of the attempt before. */
  synchronized boolean isNews(StopReason now) {
    return !reason.equals(Optional.of(now));
  }

  /** Returns how long to wait: doubling while the reason stays, up to a minute. */
  synchronized Duration next(StopReason now) {
    if (isNews(now)) {
      delay = FIRST;
    }
    reason = Optional.of(now);
    Duration wait = delay;
    delay = wait.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : wait.multipliedBy(2);
    return wait;
  }

  /** What was in the way has passed. */
  synchronized void reset() {
    reason = Optional.empty();
    delay = FIRST;
  }

  /** Whether a rebuild may begin by itself: not within a minute of an attempt. */
  synchronized boolean mayRebuild(Instant now) {
    return rebuildStarted.isEmpty() || !rebuildStarted.get().plus(LONGEST).isAfter(now);
  }

  /**
   * Whether the rebuild before, if there was one, took less than this: one that takes longer than
   * what is safe would be a reason for the next.
   */
  synchronized boolean wasShorterThan(Duration safeAbsence) {
    return rebuildTook.isEmpty() || rebuildTook.get().compareTo(safeAbsence) < 0;
  }

  synchronized void rebuildStarts(Instant now) {
    rebuildStarted = Optional.of(now);
  }

  synchronized void rebuildEnds(Instant now) {
    rebuildTook = rebuildStarted.map(started -> Duration.between(started, now));
  }
}
