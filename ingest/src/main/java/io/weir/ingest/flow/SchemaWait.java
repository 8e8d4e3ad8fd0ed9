package io.weir.ingest.flow;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch's waiting for the schema of a record. Asking for it is the decoder's; here it becomes
 * visible.
 *
 * <p><b>Threads:</b> the batch's.
 */
final class SchemaWait {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaWait.class);

  private final ShardFlow flow;
  private boolean waiting;
  private boolean failing;

  SchemaWait(ShardFlow flow) {
    this.flow = flow;
  }

  /** The record cannot be decoded yet. */
  void at(long offset, String error) {
    waiting = true;
    flow.become(new Activity.WaitingForSchema(offset, error));
    if (!failing && !error.isEmpty()) {
      failing = true;
      LOG.warn(
          "{}: waits at offset {}: the schema registry does not give the record's schema: {}",
          flow.name,
          offset,
          error);
    }
  }

  /** The record can be decoded, or the flow has ended. */
  void end() {
    if (!waiting) {
      return;
    }
    waiting = false;
    flow.become(new Activity.Running());
    if (failing && !flow.stopped()) {
      LOG.info("{}: the schema registry has answered", flow.name);
    }
    failing = false;
  }
}
