package io.weir.storage.checkpoint;

import java.time.Duration;

/**
 * How long a row that was replaced or deleted is kept, for reads as of an earlier position. It goes
 * when it is older than both limits; a limit of zero keeps nothing.
 *
 * @param offsets kept while at most so many offsets have followed the replacement
 * @param time kept so long after the replacement was made durable
 */
public record HistoryLimits(long offsets, Duration time) {

  /** A replaced row goes with the next checkpoint or compaction. */
  public static final HistoryLimits NONE = new HistoryLimits(0, Duration.ZERO);

  /** Checks the ranges. */
  public HistoryLimits {
    if (offsets < 0 || time.isNegative()) {
      throw new IllegalArgumentException("history of " + offsets + " offsets, " + time);
    }
  }
}
