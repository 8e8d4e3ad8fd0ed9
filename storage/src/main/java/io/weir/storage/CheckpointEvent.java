package io.weir.storage;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A checkpoint that wrote something or failed, in a recording. */
@Name("weir.Checkpoint")
@Category("Weir")
@Label("Checkpoint")
@Description("Hot rows were made durable: chunks appended, manifests published")
@StackTrace(false)
final class CheckpointEvent extends Event {

  @Label("Trigger")
  @Description("SCHEDULE, SIZE or REQUEST")
  String trigger = "";

  @Label("Shards")
  @Description("Shards that had something new, those that failed included")
  int shards;

  @Label("Failed Shards")
  int failedShards;

  @Label("Rows")
  long rows;

  @Label("Dead Marks")
  @Description("Older rows that were replaced or deleted")
  long deadMarks;

  @Label("Bytes")
  @Description("Appended to segment and dead-mark files")
  @DataAmount
  long bytes;

  /** An event that begins now. */
  static CheckpointEvent begun() {
    CheckpointEvent event = new CheckpointEvent();
    event.begin();
    return event;
  }

  /** Ends the event; it is recorded if a recording wants it. */
  void end(CheckpointReport report) {
    end();
    if (!shouldCommit()) {
      return;
    }
    trigger = report.trigger().name();
    shards = report.shards().size();
    for (CheckpointReport.ShardCheckpoint shard : report.shards()) {
      failedShards += shard.failure().isPresent() ? 1 : 0;
      deadMarks += shard.deadMarks();
    }
    rows = report.rows();
    bytes = report.bytes();
    commit();
  }
}
