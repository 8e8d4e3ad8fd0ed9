package io.weir.storage;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A merge, or one that failed, in a recording. */
@Name("weir.Merge")
@Category("Weir")
@Label("Merge")
@Description("A segment file was written in place of others, without their dead rows")
@StackTrace(false)
final class MergeEvent extends Event {

  @Label("Collection")
  String collection = "";

  @Label("Partition")
  int partition;

  @Label("Segments")
  @Description("Segment files that were replaced")
  int segments;

  @Label("Kept Rows")
  long keptRows;

  @Label("Dropped Rows")
  @Description("Dead rows that were not copied")
  long droppedRows;

  @Label("Bytes Read")
  @DataAmount
  long bytesRead;

  @Label("Bytes Written")
  @DataAmount
  long bytesWritten;

  @Label("Failure")
  @Description("Why it came to nothing; empty if it did not")
  String failure = "";

  /** An event that begins now. */
  static MergeEvent begun() {
    MergeEvent event = new MergeEvent();
    event.begin();
    return event;
  }

  /** Ends the event; it is recorded if a recording wants it. */
  void end(CompactionReport.Merge merge) {
    end();
    if (!shouldCommit()) {
      return;
    }
    collection = merge.collection();
    partition = merge.partition();
    segments = merge.segments();
    keptRows = merge.keptRows();
    droppedRows = merge.droppedRows();
    bytesRead = merge.bytesBefore();
    bytesWritten = merge.bytesAfter();
    commit();
  }

  /** Ends the event of a merge that failed. */
  void end(LocalShard shard, Throwable cause) {
    end();
    if (!shouldCommit()) {
      return;
    }
    collection = shard.collection();
    partition = shard.partition();
    failure = cause.toString();
    commit();
  }
}
