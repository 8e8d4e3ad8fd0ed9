package io.weir.ingest;

import java.time.Duration;
import java.util.Optional;

/**
 * What a topic throws away, and when.
 *
 * @param compacted whether records go that a later one of their key has replaced, and tombstones
 *     some time after that
 * @param deleted whether the oldest records go
 * @param deleteRetention how long a tombstone stays at least, in a compacted topic
 * @param retention how long a record stays, where the oldest go by age; empty: for ever
 */
record TopicPolicy(
    boolean compacted, boolean deleted, Duration deleteRetention, Optional<Duration> retention) {

  /** Whether the log, from its beginning on, holds everything that a shard should. */
  boolean isWholeFrom(long beginningOffset) {
    return beginningOffset == 0 || (compacted && !deleted);
  }

  /** A shard that has not been caught up with for longer may have missed a delete. */
  Duration safeAbsence() {
    return deleteRetention.dividedBy(2);
  }
}
