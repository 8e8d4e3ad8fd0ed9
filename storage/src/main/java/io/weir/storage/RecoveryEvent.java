package io.weir.storage;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The opening of a store, in a recording. */
@Name("weir.Recovery")
@Category("Weir")
@Label("Recovery")
@Description("A data folder was opened: manifests read, chunks mapped, left-overs removed")
@StackTrace(false)
final class RecoveryEvent extends Event {

  @Label("Collections")
  int collections;

  @Label("Shards")
  int shards;

  @Label("Chunks")
  int chunks;

  @Label("Live Rows")
  long liveRows;

  @Label("Stray Files")
  @Description("Left by checkpoints that did not finish, and removed")
  int strayFiles;

  /** An event that begins now. */
  static RecoveryEvent begun() {
    RecoveryEvent event = new RecoveryEvent();
    event.begin();
    return event;
  }

  /** Ends the event; it is recorded if a recording wants it. */
  void end(RecoveryReport report) {
    end();
    if (!shouldCommit()) {
      return;
    }
    collections = report.collections();
    shards = report.shards();
    chunks = report.chunks();
    liveRows = report.liveRows();
    strayFiles = report.strayFiles();
    commit();
  }
}
