package io.weir.ingest;

import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a shard's ingest is.
 *
 * @param partition the partition's number
 * @param state what it is doing
 * @param applied position whose records are visible; empty if the shard has never been fed
 * @param log where the partition's log began and ended when it was last looked at
 * @param endOffsetAtStart end of the partition's committed records when it was first looked at
 * @param caughtUp whether, at some time since the start, all that was in the partition at the start
 *     was visible
 * @param lag offsets between what is visible and the end; some may be markers or holes
 * @param timeLag how old the oldest record can be that is not visible; it grows while the shard is
 *     paused or its log cannot be asked for. Empty if nothing tells
 * @param bytesPerSecond bytes of records taken in a second, lately
 */
public record ShardStatus(
    int partition,
    IngestState state,
    Optional<SourcePosition> applied,
    LogRange log,
    long endOffsetAtStart,
    boolean caughtUp,
    long lag,
    Optional<Duration> timeLag,
    long bytesPerSecond) {}
