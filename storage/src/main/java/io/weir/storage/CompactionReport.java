package io.weir.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one compaction of all shards did.
 *
 * @param startedAt when it began
 * @param took how long it ran
 * @param merges files that were written in place of others, in order
 * @param failures what ended the compaction of a shard early, one line a shard; nothing was lost
 */
public record CompactionReport(
    Instant startedAt, Duration took, List<Merge> merges, List<String> failures) {

  /**
   * One file in place of others.
   *
   * @param collection name of the collection
   * @param partition number of the partition
   * @param segments how many segment files it replaced
   * @param keptRows rows that were copied
   * @param droppedRows dead rows that were not
   * @param bytesBefore committed bytes of the files that it replaced
   * @param bytesAfter bytes of the file in their place; 0 if no row stayed
   */
  public record Merge(
      String collection,
      int partition,
      int segments,
      long keptRows,
      long droppedRows,
      long bytesBefore,
      long bytesAfter) {}

  /** Whether no shard failed. */
  public boolean succeeded() {
    return failures.isEmpty();
  }
}
