package io.weir.ingest.flow;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A rejected record that the dead-letter topic has taken, in a recording. */
@Name("weir.DeadLetter")
@Category("Weir")
@Label("Dead Letter")
@Description("A record was rejected, and the dead-letter topic has acknowledged it")
@StackTrace(false)
final class DeadLetterEvent extends Event {

  @Label("Shard")
  String shard = "";

  @Label("Offset")
  long offset;

  @Label("Reason")
  @Description("The same for all records that break the same rule")
  String reason = "";

  static void record(String shard, long offset, String reason) {
    DeadLetterEvent event = new DeadLetterEvent();
    if (event.shouldCommit()) {
      event.shard = shard;
      event.offset = offset;
      event.reason = reason;
      event.commit();
    }
  }
}
