package io.weir.ingest;

import java.util.List;
import java.util.Map;

/**
 * How far a collection's ingest is.
 *
 * @param collection name of the collection
 * @param topic the topic that feeds it
 * @param state what the collection as a whole is doing; its shards can do otherwise
 * @param rejected rejected records by reason since the start
 * @param shards one entry a partition, in order; empty until the topic was first looked at
 */
public record CollectionStatus(
    String collection,
    String topic,
    IngestState state,
    Map<String, Long> rejected,
    List<ShardStatus> shards) {

  /** Whether all that was in the topic at the start is visible. */
  public boolean caughtUp() {
    return !shards.isEmpty() && shards.stream().allMatch(ShardStatus::caughtUp);
  }
}
