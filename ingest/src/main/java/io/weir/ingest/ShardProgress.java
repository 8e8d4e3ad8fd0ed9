package io.weir.ingest;

import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a shard is behind its log, in offsets and in time.
 *
 * <p>Time: what is not visible yet was written after the shard was last caught up with, and, as far
 * as producers' clocks can be trusted, not before the latest record that is visible. The later of
 * the two is a bound of how old it can be. A shard that is paused, or whose broker cannot be asked,
 * is further behind with every second.
 *
 * <p><b>Threads:</b> {@link #observe} and {@link #caughtUpBefore} belong to the control thread, the
 * rest to any.
 */
final class ShardProgress {
  /** An answer of the brokers that is older says nothing of now. */
  static final Duration FRESH = Duration.ofSeconds(5);

  private final long endOffsetAtStart;

  /** Control thread only: an end that is not reached yet. */
  private Optional<Mark> mark = Optional.empty();

  private volatile Observation latest;
  private volatile boolean caughtUpWithStart;

  /** Where the log ended at one time. */
  private record Mark(Instant at, long endOffset) {}

  /** What was seen at one time. */
  private record Observation(
      Instant at,
      LogRange log,
      Optional<Instant> caughtUpAt,
      long takenBytes,
      long bytesPerSecond) {}

  /** Knows what was seen at the start. */
  ShardProgress(LogRange atStart, Instant now) {
    this.endOffsetAtStart = atStart.endOffset();
    this.latest = new Observation(now, atStart, Optional.empty(), 0, 0);
  }

  /** Says when the shard was last caught up with in an earlier process. */
  void caughtUpBefore(Optional<Instant> at) {
    Observation now = latest;
    latest = new Observation(now.at(), now.log(), at, now.takenBytes(), now.bytesPerSecond());
  }

  /**
   * Takes in what the brokers say.
   *
   * @param applied position of what is visible, read after the brokers were asked
   * @param takenBytes bytes of records taken in since the start
   * @return since when everything is visible that the log held then, if that is news
   */
  Optional<Instant> observe(
      Instant now, LogRange log, Optional<SourcePosition> applied, long takenBytes) {
    Observation before = latest;
    Optional<Instant> caughtUp = caughtUp(now, log, reached(applied, log.beginningOffset()));
    long millis = Math.max(1, Duration.between(before.at(), now).toMillis());
    // A restart of the reading begins to count anew.
    long taken = Math.max(0, takenBytes - before.takenBytes());
    latest =
        new Observation(
            now, log, caughtUp.or(before::caughtUpAt), takenBytes, taken * 1_000 / millis);
    return caughtUp;
  }

  /**
   * Under load a shard is never at the end that the brokers have just told; but it passes the end
   * that they told before, and was then caught up with at that time.
   */
  private Optional<Instant> caughtUp(Instant now, LogRange log, long reached) {
    if (reached >= log.endOffset()) {
      mark = Optional.empty();
      return Optional.of(now);
    }
    Optional<Mark> passed = mark.filter(earlier -> reached >= earlier.endOffset());
    if (passed.isPresent() || mark.isEmpty()) {
      mark = Optional.of(new Mark(now, log.endOffset()));
    }
    return passed.map(Mark::at);
  }

  LogRange log() {
    return latest.log();
  }

  long endOffsetAtStart() {
    return endOffsetAtStart;
  }

  long bytesPerSecond() {
    return latest.bytesPerSecond();
  }

  long lag(Optional<SourcePosition> applied) {
    LogRange log = latest.log();
    return Math.max(0, log.endOffset() - reached(applied, log.beginningOffset()));
  }

  /** Whether, at some time since the start, all that the log held at the start was visible. */
  boolean caughtUpWithStart(Optional<SourcePosition> applied) {
    if (!caughtUpWithStart
        && reached(applied, latest.log().beginningOffset()) >= endOffsetAtStart) {
      caughtUpWithStart = true;
    }
    return caughtUpWithStart;
  }

  /**
   * How old the oldest record can be that is not visible.
   *
   * @param latestVisible timestamp of the latest record that is visible, if any is known
   * @return empty if nothing tells
   */
  Optional<Duration> timeLag(
      Instant now, Optional<SourcePosition> applied, Optional<Instant> latestVisible) {
    Observation seen = latest;
    boolean behind = lag(applied) > 0;
    if (!behind && Duration.between(seen.at(), now).compareTo(FRESH) < 0) {
      return Optional.of(Duration.ZERO);
    }
    Optional<Instant> since = seen.caughtUpAt();
    if (behind
        && latestVisible.isPresent()
        && since.map(latestVisible.get()::isAfter).orElse(true)) {
      since = latestVisible;
    }
    return since
        .map(at -> Duration.between(at, now))
        .map(lag -> lag.isNegative() ? Duration.ZERO : lag);
  }

  /** A shard that was never fed has nothing to catch up with below the log's beginning. */
  private static long reached(Optional<SourcePosition> applied, long beginningOffset) {
    return Math.max(beginningOffset, applied.map(SourcePosition::nextOffset).orElse(0L));
  }
}
