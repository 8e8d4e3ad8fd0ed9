package io.weir.storage;

import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one checkpoint made durable.
 *
 * @param trigger what asked for it
 * @param startedAt when it began
 * @param took how long it ran
 * @param shards the shards that had something new, those that failed included
 */
public record CheckpointReport(
    Trigger trigger, Instant startedAt, Duration took, List<ShardCheckpoint> shards) {

  /** What asked for a checkpoint. */
  public enum Trigger {
    /** The schedule, or the retry of a run that failed. */
    SCHEDULE,
    /** The hot buffers are half full, or full. */
    SIZE,
    /** A caller asked. */
    REQUEST
  }

  /**
   * One shard's part.
   *
   * @param collection name of the collection
   * @param partition number of the partition
   * @param durable the shard's durable position after it
   * @param rows rows written
   * @param deadMarks older rows that these, or deletes, replaced
   * @param bytes bytes appended to segment and dead-mark files; the manifest is not counted
   * @param failure empty if it succeeded, else what went wrong; then nothing was acknowledged
   */
  public record ShardCheckpoint(
      String collection,
      int partition,
      Optional<SourcePosition> durable,
      long rows,
      long deadMarks,
      long bytes,
      Optional<String> failure) {}

  /** Rows written by all shards. */
  public long rows() {
    return shards.stream().mapToLong(ShardCheckpoint::rows).sum();
  }

  /** Bytes written by all shards. */
  public long bytes() {
    return shards.stream().mapToLong(ShardCheckpoint::bytes).sum();
  }

  /** Whether no shard failed. */
  public boolean succeeded() {
    return shards.stream().allMatch(shard -> shard.failure().isEmpty());
  }
}
