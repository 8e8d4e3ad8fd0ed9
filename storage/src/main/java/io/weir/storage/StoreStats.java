package io.weir.storage;

import io.weir.storage.record.SourcePosition;
import java.util.List;
import java.util.Optional;

/**
 * Figures of a store, as it keeps them: bytes of allocated slabs, committed lengths of files,
 * lengths of maps. What the operating system counts (blocks, resident pages) is not among them.
 *
 * @param hotLimitBytes the budget of the hot buffers
 * @param hotAllocatedBytes what the hot buffers of all shards hold, those being written out
 *     included
 * @param collections one entry a collection, in order of name
 */
public record StoreStats(
    long hotLimitBytes, long hotAllocatedBytes, List<CollectionStats> collections) {

  /**
   * One collection.
   *
   * @param name the collection's name
   * @param shards one entry a shard, in order of partition
   */
  public record CollectionStats(String name, List<ShardStats> shards) {

    /** Live rows of all shards. */
    public long liveRows() {
      return shards.stream().mapToLong(ShardStats::liveRows).sum();
    }
  }

  /**
   * One shard.
   *
   * @param partition the partition's number
   * @param applied position whose records are visible
   * @param durable position whose records survive a crash
   * @param liveRows rows that a query can find, hot and cold
   * @param coldRows rows in segment files, dead ones included
   * @param deadRows rows in segment files that published dead marks have replaced
   * @param hotRows rows in memory that are not durable yet, those replaced meanwhile included
   * @param hotAllocatedBytes bytes of this shard's slabs
   * @param mappedBytes bytes of segment files that are mapped
   * @param diskBytes committed lengths of the files that the newest manifest names, and its own
   * @param segments segment files
   * @param chunks chunks in them
   * @param generation generation of the newest manifest; 0 before the first
   * @param failure why the latest checkpoint of this shard failed, while it has not succeeded since
   */
  public record ShardStats(
      int partition,
      Optional<SourcePosition> applied,
      Optional<SourcePosition> durable,
      long liveRows,
      long coldRows,
      long deadRows,
      long hotRows,
      long hotAllocatedBytes,
      long mappedBytes,
      long diskBytes,
      int segments,
      int chunks,
      long generation,
      Optional<String> failure) {}
}
