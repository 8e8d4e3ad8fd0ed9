package io.weir.storage;

import java.time.Instant;
import java.util.Optional;

/**
 * When checkpoints ran and when the next one comes by itself. Of this process: empty before its
 * first. Runs that had nothing to write count; the checkpoint of a shard that is closed does not.
 *
 * @param lastStarted when the last run began; it may still be going on
 * @param lastSucceeded when the last run ended that had no failure
 * @param next when the next scheduled run begins, or the retry of one that failed; a request and
 *     memory that runs short bring one earlier. In the past while a run is late
 */
public record CheckpointTimes(
    Optional<Instant> lastStarted, Optional<Instant> lastSucceeded, Optional<Instant> next) {

  /** Nothing has run, nothing is scheduled. */
  static final CheckpointTimes NONE =
      new CheckpointTimes(Optional.empty(), Optional.empty(), Optional.empty());

  CheckpointTimes started(Instant at) {
    return new CheckpointTimes(Optional.of(at), lastSucceeded, next);
  }

  CheckpointTimes succeeded(Instant at) {
    return new CheckpointTimes(lastStarted, Optional.of(at), next);
  }

  CheckpointTimes withNext(Optional<Instant> at) {
    return new CheckpointTimes(lastStarted, lastSucceeded, at);
  }
}
