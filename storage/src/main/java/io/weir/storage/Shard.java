package io.weir.storage;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One partition's part of a collection: takes its records in offset order.
 *
 * <p><b>Threads:</b> {@link #append}, {@link #advance}, {@link #caughtUp} and {@link #acceptGap}
 * belong to one writer at a time; the rest may be called from any thread.
 */
public interface Shard {

  /** The partition's number. */
  int partition();

  /**
   * Ties the shard to the incarnation of the topic that feeds it. The first call is remembered with
   * the next checkpoint; later ones must bring the same id.
   *
   * @throws SourceChangedException if the shard's rows came from another id: the topic was deleted
   *     and made again, and offsets mean something else now
   */
  void bind(UUID topicId) throws SourceChangedException;

  /** Everything below is visible to queries. Empty if the shard has never been fed. */
  Optional<SourcePosition> appliedPosition();

  /** Everything below survives a crash; where to read on after one. Never above the applied. */
  Optional<SourcePosition> durablePosition();

  /**
   * Takes in a record and moves the applied position past it, unless it is {@link
   * AppendResult.Full} or {@link AppendResult.Refused}. The record is visible to queries that start
   * after this returns. Copies what it keeps; does not wait.
   *
   * @param leaderEpoch leader epoch of the record, or {@link SourcePosition#UNKNOWN_EPOCH}
   */
  AppendResult append(VectorRecord record, int leaderEpoch);

  /**
   * Moves the applied position past offsets that bring no row: rejected records that have been
   * disposed of, transaction markers, holes of a compacted log. A position that is not above the
   * applied one changes nothing.
   */
  void advance(SourcePosition position);

  /**
   * Notes how many partitions the topic has, in place of what was noted before. Remembered with the
   * next checkpoint of a shard that has been fed. What another number than the one in {@link
   * #feedNotes} means is for the caller to decide.
   *
   * @param count at least 1
   */
  void topicPartitions(int count);

  /**
   * Notes that the shard had, at that time, applied everything that its partition of the log held.
   * Becomes durable with the next checkpoint that writes; for the sake of this alone a checkpoint
   * writes only if what is durable is ten minutes old, so it may be found that much too old after a
   * crash, and never too new.
   */
  void caughtUp(Instant at);

  /**
   * Moves the applied position past offsets that the log has no longer, and notes that they are
   * missing. Both become durable together, with the next checkpoint.
   *
   * @throws IllegalArgumentException if the gap does not begin at the applied position
   */
  void acceptGap(Gap gap);

  /** How the shard's disk is doing. */
  ShardCondition condition();

  /** What has been noted, durable or not. */
  FeedNotes feedNotes();
}
