package io.weir.storage;

import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.SourcePosition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Figures of a store, as they are: bytes of slabs that were allocated, committed lengths and blocks
 * of files, maps and what of them is resident. None is computed from another.
 *
 * @param hotLimitBytes the budget of the hot buffers
 * @param hotAllocatedBytes how much of it is reserved: the hot buffers of all shards, and those
 *     that are durable but still held by a query
 * @param hotSpareBytes slabs that nobody uses and that are kept for the next hot buffer; with what
 *     is reserved never more than the budget
 * @param rootAllocatedBytes bytes of the blocks of the files beside the collections' folder, {@code
 *     LOCK} and {@code IDENTITY}
 * @param collections one entry a collection, in order of name
 * @param process figures of the whole process
 * @param notes why figures are empty, each reason once
 */
public record StoreStats(
    long hotLimitBytes,
    long hotAllocatedBytes,
    long hotSpareBytes,
    OptionalLong rootAllocatedBytes,
    List<CollectionStats> collections,
    ProcessStats process,
    List<String> notes) {

  /** Sums over all collections. */
  public Figures total() {
    return collections.stream().map(CollectionStats::total).reduce(Figures.NONE, Figures::plus);
  }

  /** Bytes of the blocks of all files of the store. */
  public OptionalLong allocatedBytes() {
    return Figures.sum(rootAllocatedBytes, total().disk().allocatedBytes());
  }

  /**
   * One collection.
   *
   * @param name the collection's name
   * @param shards one entry a shard, in order of partition
   * @param successors shards that are made to take the place of some of these, in order of
   *     partition; no part of any sum
   */
  public record CollectionStats(String name, List<ShardStats> shards, List<ShardStats> successors) {

    /** Sums over all shards. */
    public Figures total() {
      return shards.stream().map(ShardStats::figures).reduce(Figures.NONE, Figures::plus);
    }

    /** Live rows of all shards, as {@link Figures.RowStats#live} says. */
    public long liveRows() {
      return total().rows().live();
    }
  }

  /**
   * One shard.
   *
   * @param partition the partition's number
   * @param applied position whose records are visible
   * @param durable position whose records survive a crash
   * @param generation generation of the newest manifest; 0 before the first
   * @param feedNotes what is known of its feed, durable or not
   * @param figures rows and bytes
   * @param condition how the shard gets on with its disk
   * @param failure why the latest checkpoint of this shard failed, while it has not succeeded
   *     since; or why its folder cannot be read
   * @param compactionFailure why the latest merge of this shard failed, while none has succeeded
   *     since
   */
  public record ShardStats(
      int partition,
      Optional<SourcePosition> applied,
      Optional<SourcePosition> durable,
      long generation,
      FeedNotes feedNotes,
      Figures figures,
      ShardCondition condition,
      Optional<String> failure,
      Optional<String> compactionFailure) {}
}
