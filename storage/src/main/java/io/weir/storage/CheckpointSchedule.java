package io.weir.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When checkpoints come by themselves. Its text, as by {@code toString}, says so in a log: "every
 * 5000 ms".
 *
 * <p><b>Threads:</b> asked by the thread that writes checkpoints, and once by the one that opens
 * the store: an answer must not wait for anything.
 */
@FunctionalInterface
public interface CheckpointSchedule {

  /**
   * Returns the first tick after an instant; empty if none will come.
   *
   * @param after the tick before, or the start of a checkpoint of all shards, which counts as one;
   *     after a clock was set back, moved with it
   * @return strictly later than {@code after}
   */
  Optional<Instant> next(Instant after);

  /** No ticks at all. */
  static CheckpointSchedule never() {
    return IntervalSchedule.NEVER;
  }

  /**
   * A tick when so much time has passed since the last one, or since a checkpoint of all shards.
   *
   * @param interval more than zero
   */
  static CheckpointSchedule every(Duration interval) {
    if (!interval.isPositive()) {
      throw new IllegalArgumentException("checkpoint interval " + interval);
    }
    return new IntervalSchedule(interval);
  }
}
