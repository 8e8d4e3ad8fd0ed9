package io.weir.api.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint that is over.
 *
 * @param trigger why it ran: {@code request}, {@code schedule}, ...
 * @param succeeded whether every shard is durable
 * @param rows that were written
 * @param bytes that were written
 * @param shards one a shard that had something to write, or failed
 */
public record CheckpointReport(
    String trigger,
    Instant startedAt,
    Duration took,
    boolean succeeded,
    long rows,
    long bytes,
    List<ShardCheckpoint> shards) {

  /** Copies the list. */
  public CheckpointReport {
    shards = List.copyOf(shards);
  }

  /**
   * A shard's part.
   *
   * @param durable what is on the disk now
   * @param deadMarks rows that were marked as replaced or deleted
   * @param failure why it is not durable
   */
  public record ShardCheckpoint(
      String collection,
      int partition,
      Optional<SourcePosition> durable,
      long rows,
      long deadMarks,
      long bytes,
      Optional<String> failure) {}

  static CheckpointReport of(JsonObject json) {
    return new CheckpointReport(
        json.text("trigger"),
        json.time("startedAt"),
        json.millis("tookMillis"),
        json.flag("succeeded"),
        json.whole("rows"),
        json.whole("bytes"),
        json.objects("shards").stream().map(CheckpointReport::shard).toList());
  }

  private static ShardCheckpoint shard(JsonObject json) {
    return new ShardCheckpoint(
        json.text("collection"),
        json.integer("partition"),
        SourcePosition.of(json, "durable"),
        json.whole("rows"),
        json.whole("deadMarks"),
        json.whole("bytes"),
        json.optionalText("failure"));
  }
}
