package io.weir.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Ticks at the same distance.
 *
 * @param interval the distance; zero for no ticks
 */
record IntervalSchedule(Duration interval) implements CheckpointSchedule {

  static final IntervalSchedule NEVER = new IntervalSchedule(Duration.ZERO);

  @Override
  public Optional<Instant> next(Instant after) {
    return interval.isZero() ? Optional.empty() : Optional.of(after.plus(interval));
  }

  @Override
  public String toString() {
    return interval.isZero() ? "never" : "every " + interval.toMillis() + " ms";
  }
}
