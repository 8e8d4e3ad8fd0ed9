package io.weir.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far ingest is.
 *
 * @param problem what keeps Weir from the brokers at the moment, if anything
 * @param longestPollInterval longest time from one poll to the next since the start
 * @param collections one entry a feed, in the order of the settings, then those of topics that were
 *     found by a pattern, in the order in which they were found
 * @param topicsKnown whether the brokers have told which topics match a pattern; true without one
 * @param skippedTopics topics that match a pattern and are not read, with the reason
 */
public record IngestStatus(
    Optional<String> problem,
    Duration longestPollInterval,
    List<CollectionStatus> collections,
    boolean topicsKnown,
    Map<String, String> skippedTopics) {

  /** Without patterns. */
  public IngestStatus(
      Optional<String> problem, Duration longestPollInterval, List<CollectionStatus> collections) {
    this(problem, longestPollInterval, collections, true, Map.of());
  }

  /** Whether every shard has passed the end that its partition had at the start. */
  public boolean caughtUp() {
    return topicsKnown && collections.stream().allMatch(CollectionStatus::caughtUp);
  }
}
