package io.weir.storage;

import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.ShardState.Layer;
import io.weir.storage.StoreLayout.Folder;
import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.checkpoint.PinnedPositions;
import io.weir.storage.checkpoint.ShardBrokenException;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.hot.HotBuffer;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.os.OperatingSystem;
import io.weir.storage.query.ShardView;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.segment.ColdView;
import io.weir.storage.segment.SegmentFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard of this process: a {@link HotShard} in front of a {@link DurableShard}, and what brings
 * rows from one to the other.
 *
 * <p><b>Threads:</b> the writer and readers are the hot shard's, and wait for nothing of what
 * happens here; one at a time publishes, the checkpoint thread or that of merges.
 */
final class LocalShard implements Shard {
  private static final Logger LOG = LoggerFactory.getLogger(LocalShard.class);

  private final DurableShard.Identity identity;
  private final DurableShard durable;
  private final HotShard hot;
  private final Folder folder;
  private final DiskRoom room;
  private final ShardMerges merges;
  private final double checkpointShare;

  /** Held by a checkpoint, and by a merge while it is planned and while it is published. */
  private final ReentrantLock commits = new ReentrantLock();

  /** Views of this shard, which move to published rows when these cover them. */
  private final Set<PinnedShard> views = ConcurrentHashMap.newKeySet();

  private final DiskTrouble trouble = new DiskTrouble();
  private volatile boolean successor;

  /**
   * Takes over an opened durable shard.
   *
   * @param folder where its files lie
   * @param successor whether it is made beside the shard that is in the partition's place
   * @param room room on its disk
   * @param declared the fields that are declared now, if the collection is declared
   * @param checkpointWanted is called when the budget is half used, or used up
   */
  LocalShard(
      DurableShard.Identity identity,
      DurableShard durable,
      Folder folder,
      boolean successor,
      DiskRoom room,
      MemoryBudget budget,
      Supplier<Optional<DeclaredFields>> declared,
      Runnable checkpointWanted) {
    this.identity = identity;
    this.durable = durable;
    this.folder = folder;
    this.successor = successor;
    this.room = room;
    this.hot =
        new HotShard(
            identity, durable, trouble, budget, declared, checkpointWanted, this::toString);
    this.merges =
        new ShardMerges(identity, durable, room, commits, trouble, this::showMerged, declared);
    this.checkpointShare = checkpointShare(identity);
  }

  /** Takes note that other fields have been declared: rows that come from now on have them. */
  void fieldsDeclared() {
    hot.fieldsDeclared();
  }

  String collection() {
    return identity.collection();
  }

  @Override
  public int partition() {
    return identity.partition();
  }

  /** How many shards of its partition there have been before it. */
  int incarnation() {
    return folder.number();
  }

  @Override
  public void bind(UUID newTopicId) throws SourceChangedException {
    hot.bind(newTopicId);
  }

  @Override
  public void topicPartitions(int count) {
    hot.note(notes -> notes.withTopicPartitions(count));
  }

  @Override
  public void caughtUp(Instant at) {
    hot.note(notes -> notes.withCaughtUpAt(at));
  }

  @Override
  public ShardCondition condition() {
    return trouble.condition();
  }

  @Override
  public FeedNotes feedNotes() {
    return hot.feedNotes();
  }

  @Override
  public void acceptGap(Gap gap) {
    hot.acceptGap(gap);
  }

  @Override
  public Optional<SourcePosition> appliedPosition() {
    return hot.position();
  }

  @Override
  public Optional<SourcePosition> durablePosition() {
    return durable.position();
  }

  @Override
  public AppendResult append(VectorRecord record, int leaderEpoch) {
    return hot.append(record, leaderEpoch);
  }

  @Override
  public void advance(SourcePosition position) {
    hot.advance(position);
  }

  /**
   * Makes durable what had been appended when it was called, if anything had; empty if nothing had.
   * What is appended meanwhile waits for the next: a checkpoint ends, however fast the writer is.
   */
  Optional<ShardCheckpoint> checkpoint(ByteBuffer piece) {
    Progress progress = new Progress();
    commits.lock();
    try {
      if (hot.isClosed()) {
        return Optional.empty();
      }
      if (trouble.isReadOnly()) {
        return progress.report();
      }
      // What an earlier checkpoint could not write is older, and goes first.
      if (hot.frozen().isPresent()) {
        progress.add(commitFrozen(piece));
      }
      if (hot.freeze()) {
        progress.add(commitFrozen(piece));
      }
      trouble.none();
    } catch (IOException | RuntimeException | Error e) {
      if (trouble.add(e)) {
        LOG.error(
            "{} is read-only from now on: its disk does not keep what is written to it", this);
      }
    } finally {
      commits.unlock();
    }
    return progress.report();
  }

  /**
   * Makes a successor the shard of its partition that the next open finds, with what is durable of
   * it.
   *
   * @throws IOException if the disk refuses
   */
  void promote() throws IOException {
    commits.lock();
    try {
      hot.checkOpen();
      durable.promote();
      successor = false;
    } catch (IOException | RuntimeException | Error e) {
      trouble.add(e);
      throw e;
    } finally {
      commits.unlock();
    }
  }

  /** Merges of its segments. */
  ShardMerges merges() {
    return merges;
  }

  /**
   * By which part of the jitter its scheduled checkpoints are late, from 0 to less than 1: always
   * the same for a shard, another in each store.
   */
  double checkpointShare() {
    return checkpointShare;
  }

  private static double checkpointShare(DurableShard.Identity shard) {
    byte[] name = (shard.collection() + "/" + shard.partition()).getBytes(StandardCharsets.UTF_8);
    // The upper 53 bits, as many as a double has.
    return (shard.keyHash().of(MemorySegment.ofArray(name)) >>> 11) * 0x1p-53;
  }

  /** Segment files that there are. */
  int segments() {
    return hot.state().segments().size();
  }

  /** Chunks that there are. */
  int chunks() {
    return hot.state().cold().chunks().size();
  }

  /** Rows of them that nothing durable has replaced. */
  long durableLiveRows() {
    ColdView cold = hot.state().cold();
    return cold.rows() - cold.deadRows();
  }

  /** Sums of the commits of one checkpoint. */
  private final class Progress {
    private boolean any;
    private long rows;
    private long deadMarks;
    private long bytes;

    void add(DurableShard.Committed committed) {
      any = true;
      rows += committed.rows();
      deadMarks += committed.deadMarks();
      bytes += committed.bytes();
    }

    Optional<ShardCheckpoint> report() {
      if (!any && trouble.detail().isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new ShardCheckpoint(
              identity.collection(),
              identity.partition(),
              durable.position(),
              rows,
              deadMarks,
              bytes,
              trouble.detail()));
    }
  }

  private DurableShard.Committed commitFrozen(ByteBuffer piece) throws IOException {
    HotBuffer frozen = hot.frozen().orElseThrow().buffer();
    room.requireForCheckpoint(frozen.allocatedBytes());
    DurableShard.Committed committed = durable.commit(frozen.snapshot(), hot.frozenFeed(), piece);
    try {
      showDurable(Optional.empty());
    } catch (RuntimeException | Error e) {
      throw new ShardBrokenException(this, e);
    }
    return committed;
  }

  private void showMerged() {
    showDurable(hot.frozen());
  }

  /** Lets queries see what is published now; by whoever holds {@link #commits}. */
  private void showDurable(Optional<Layer> frozen) {
    hot.showDurable(frozen);
    settleViews();
  }

  /** Has views give back the hot memory that has just become durable. */
  private void settleViews() {
    for (PinnedShard view : views) {
      try {
        view.settle();
      } catch (IOException | RuntimeException | InternalError e) {
        // It stays right where it is, and will meet the damage by itself when it reads it.
        LOG.warn("a view of {} keeps its memory until it is closed: {}", this, e + "");
      }
    }
  }

  /** Positions that views are as of. */
  PinnedPositions pinnedPositions() {
    return durable.pinned();
  }

  void pinned(PinnedShard view) {
    views.add(view);
  }

  void unpinned(PinnedShard view) {
    views.remove(view);
  }

  /** Returns a state without hot rows, as of a position; the caller releases it. */
  ShardState published(
      Optional<SourcePosition> position, ColdView cold, List<SegmentFile> segments) {
    return hot.published(position, cold, segments);
  }

  /** Returns the current state, retained, unless the shard is closed; the caller releases it. */
  Optional<ShardState> tryAcquire() {
    return hot.tryAcquire();
  }

  /** What can be seen of a state that the caller holds. */
  ShardView view(ShardState held) {
    return held.view(identity.partition(), identity.keyHash());
  }

  /** Takes the figures of a state that the caller holds. */
  ShardStats stats(OperatingSystem os, ShardState held) {
    // Before the view: what is durable must not seem to be ahead of what is applied.
    Optional<SourcePosition> durablePosition = durable.position();
    ShardView view = view(held);
    ShardFigures shard = new ShardFigures(held, view, durable, os);
    Optional<String> failure = trouble.detail();
    Figures figures;
    try {
      figures = shard.take();
    } catch (IOException e) {
      figures = shard.takeWithoutBlocks();
      failure = Optional.of(e.toString());
    }
    return new ShardStats(
        identity.partition(),
        view.position(),
        durablePosition,
        durable.generation(),
        hot.feedNotes(),
        figures,
        trouble.condition(),
        failure,
        merges.failure());
  }

  /** Counts the rows that a query can find in a state that the caller holds; may wait for disks. */
  long liveRows(ShardState held) throws IOException {
    ShardView view = view(held);
    List<Layer> layers = held.layers();
    long liveRows = held.cold().rows() - held.cold().deadRows();
    for (int layer = layers.size() - 1; layer >= 0; layer--) {
      liveRows += layers.get(layer).liveRows().added(view, layer);
    }
    return liveRows;
  }

  /** Where its files lie. */
  Folder folder() {
    return folder;
  }

  /**
   * Gives up everything; what readers hold stays until they are done. A checkpoint that is under
   * way ends first, a merge is ended. Nothing is written after this.
   */
  void close() {
    merges.close();
    commits.lock();
    try {
      if (hot.close()) {
        durable.close();
      }
    } finally {
      commits.unlock();
    }
  }

  @Override
  public String toString() {
    String name = identity.collection() + "/" + identity.partition();
    return successor ? name + " (successor)" : name;
  }
}
