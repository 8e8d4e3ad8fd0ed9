package io.weir.ingest.flow;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A shard that waited for room in the hot buffer, in a recording. */
@Name("weir.RoomWait")
@Category("Weir")
@Label("Wait for Room")
@Description("A shard took in nothing until a checkpoint freed the hot buffer")
@StackTrace(false)
final class RoomWaitEvent extends Event {

  @Label("Shard")
  String shard = "";

  @Label("Used")
  @Description("What the hot buffers held when the record was turned away")
  @DataAmount
  long usedBytes;

  @Label("Limit")
  @Description("The budget of the hot buffers")
  @DataAmount
  long limitBytes;

  /** An event that begins now. */
  static RoomWaitEvent begun(String shard, long usedBytes, long limitBytes) {
    RoomWaitEvent event = new RoomWaitEvent();
    event.shard = shard;
    event.usedBytes = usedBytes;
    event.limitBytes = limitBytes;
    event.begin();
    return event;
  }
}
