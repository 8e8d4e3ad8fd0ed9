package io.weir.ingest;

import io.weir.storage.record.SourcePosition;
import java.util.Optional;

/**
 * How far a shard's ingest is.
 *
 * @param partition the partition's number
 * @param state what it is doing
 * @param applied position whose records are visible; empty if the shard has never been fed
 * @param beginningOffset lowest offset in the partition when it was first looked at
 * @param endOffsetAtStart end of the partition's committed records when it was first looked at
 * @param endOffset end of the partition's committed records when it was last looked at
 * @param caughtUp whether, at some time since the start, all that was in the partition at the start
 *     was visible
 */
public record ShardStatus(
    int partition,
    IngestState state,
    Optional<SourcePosition> applied,
    long beginningOffset,
    long endOffsetAtStart,
    long endOffset,
    boolean caughtUp) {

  /** Offsets between what is visible and the end; some may be markers or holes. */
  public long lag() {
    return Math.max(0, endOffset - reached(applied, beginningOffset));
  }

  /** A shard that was never fed has nothing to catch up with below the log's beginning. */
  static long reached(Optional<SourcePosition> applied, long beginningOffset) {
    return Math.max(beginningOffset, applied.map(SourcePosition::nextOffset).orElse(0L));
  }
}
