package io.weir.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far ingest is.
 *
 * @param problem what keeps Weir from the brokers at the moment, if anything
 * @param longestPollInterval longest time from one poll to the next since the start
 * @param collections one entry a feed, in the order of the settings
 */
public record IngestStatus(
    Optional<String> problem, Duration longestPollInterval, List<CollectionStatus> collections) {

  /** Whether every shard has passed the end that its partition had at the start. */
  public boolean caughtUp() {
    return collections.stream().allMatch(CollectionStatus::caughtUp);
  }
}
