package io.weir.ingest.poll;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.apache.kafka.common.TopicPartition;

/** The time from a partition's pause to its resumption, in a recording. */
@Name("weir.PartitionPause")
@Category("Weir")
@Label("Partition Pause")
@Description("A partition was not fetched, for what has been is not taken in yet")
@StackTrace(false)
final class PartitionPauseEvent extends Event {

  @Label("Topic")
  String topic = "";

  @Label("Partition")
  int partition;

  @Label("Cause")
  @Description(
      "demand: its shard asked for no batch; credit: it held its share of the prefetch; topic: it"
          + " was not known yet which topic of that name the records are of")
  String cause = "";

  /** An event that begins now. */
  static PartitionPauseEvent begun(String cause) {
    PartitionPauseEvent event = new PartitionPauseEvent();
    event.cause = cause;
    event.begin();
    return event;
  }

  /** Ends the event; it is recorded if a recording wants it. */
  void end(TopicPartition resumed) {
    end();
    if (shouldCommit()) {
      topic = resumed.topic();
      partition = resumed.partition();
      commit();
    }
  }
}
