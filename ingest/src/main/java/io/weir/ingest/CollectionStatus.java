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
 * @param settled whether it is known which partitions this process reads, and all of them are in
 *     {@code shards}
 * @param shards one entry for each partition that this process reads, in order
 */
public record CollectionStatus(
    String collection,
    String topic,
    IngestState state,
    Map<String, Long> rejected,
    boolean settled,
    List<ShardStatus> shards) {

  /**
   * Whether all that was in this process's partitions at the start is visible; so also where it has
   * none.
   */
  public boolean caughtUp() {
    return settled && shards.stream().allMatch(ShardStatus::caughtUp);
  }
}
