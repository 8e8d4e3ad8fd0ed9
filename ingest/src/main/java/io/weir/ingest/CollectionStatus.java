package io.weir.ingest;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a collection's ingest is.
 *
 * @param collection name of the collection
 * @param topic the topic that feeds it
 * @param state what the collection as a whole is doing; its shards can do otherwise
 * @param rejectedByPartition rejected records since the start by partition, then by reason; also of
 *     partitions that this process no longer reads
 * @param settled whether it is known which partitions this process reads, and all of them are in
 *     {@code shards}
 * @param shards one entry for each partition that this process reads, in order
 */
public record CollectionStatus(
    String collection,
    String topic,
    IngestState state,
    Map<Integer, Map<String, Long>> rejectedByPartition,
    boolean settled,
    List<ShardStatus> shards) {

  /** Rejected records of all partitions since the start, by reason. */
  public Map<String, Long> rejected() {
    Map<String, Long> sums = new TreeMap<>();
    rejectedByPartition
        .values()
        .forEach(counts -> counts.forEach((reason, count) -> sums.merge(reason, count, Long::sum)));
    return sums;
  }

  /**
   * Whether all that was in this process's partitions at the start is visible; so also where it has
   * none.
   */
  public boolean caughtUp() {
    return settled && shards.stream().allMatch(ShardStatus::caughtUp);
  }
}
