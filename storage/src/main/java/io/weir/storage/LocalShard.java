package io.weir.storage;

import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.ShardState.Layer;
import io.weir.storage.StoreLayout.Folder;
import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.checkpoint.Feed;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard of this process: hot buffers in front of a {@link DurableShard}.
 *
 * <p><b>Threads:</b> {@code lock} is held by the writer for one append and by the checkpoint thread
 * for the two moments when it changes {@code state}; nobody waits for a disk under it. Readers take
 * no lock: they retain the state that they find.
 */
final class LocalShard implements Shard {
  private static final Logger LOG = LoggerFactory.getLogger(LocalShard.class);

  private final DurableShard.Identity identity;
  private final DurableShard durable;
  private final Folder folder;
  private final DiskRoom room;
  private final ShardMerges merges;
  private final MemoryBudget budget;
  private final Supplier<Optional<DeclaredFields>> declared;
  private final Runnable checkpointWanted;
  private final double checkpointShare;
  private final ReentrantLock lock = new ReentrantLock();

  /** Held by a checkpoint, and by a merge while it is planned and while it is published. */
  private final ReentrantLock commits = new ReentrantLock();

  /** Views of this shard, which move to published rows when these cover them. */
  private final Set<PinnedShard> views = ConcurrentHashMap.newKeySet();

  private volatile ShardState state;

  /** Changed under {@code lock}, with the position that it belongs to. */
  private volatile Feed feed;

  /** What was known when the frozen buffer was frozen: no more may be durable than with it. */
  private Feed frozenFeed;

  private final DiskTrouble trouble = new DiskTrouble();
  private volatile boolean successor;
  private volatile boolean closed;

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
    this.merges =
        new ShardMerges(identity, durable, room, commits, trouble, this::showMerged, declared);
    this.budget = budget;
    this.declared = declared;
    this.checkpointWanted = checkpointWanted;
    this.checkpointShare = checkpointShare(identity);
    this.feed = durable.feed();
    this.frozenFeed = feed;
    HotBuffer first = newBuffer(durable.position());
    this.state =
        new ShardState(Layer.of(first), Optional.empty(), durable.view(), durable.segmentFiles());
    first.release();
  }

  private HotBuffer newBuffer(Optional<SourcePosition> position) {
    return new HotBuffer(identity.schema(), fields(), identity.keyHash(), budget, position);
  }

  private DeclaredFields fields() {
    return declared.get().orElse(DeclaredFields.NONE);
  }

  /** Takes note that other fields have been declared: rows that come from now on have them. */
  void fieldsDeclared() {
    lock.lock();
    try {
      if (!closed) {
        state.active().buffer().declare(fields());
      }
    } finally {
      lock.unlock();
    }
  }

  String collection() {
    return identity.collection();
  }

  @Override
  public int partition() {
    return identity.partition();
  }

  @Override
  public void bind(UUID newTopicId) throws SourceChangedException {
    lock.lock();
    try {
      Optional<UUID> bound = feed.topicId();
      if (bound.isPresent() && !bound.get().equals(newTopicId)) {
        throw new SourceChangedException(toString(), bound.get(), newTopicId);
      }
      feed = feed.withTopicId(newTopicId);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void topicPartitions(int count) {
    note(notes -> notes.withTopicPartitions(count));
  }

  @Override
  public void caughtUp(Instant at) {
    note(notes -> notes.withCaughtUpAt(at));
  }

  private void note(UnaryOperator<FeedNotes> change) {
    lock.lock();
    try {
      checkOpen();
      feed = feed.withNotes(change.apply(feed.notes()));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ShardCondition condition() {
    return trouble.condition();
  }

  @Override
  public FeedNotes feedNotes() {
    return feed.notes();
  }

  @Override
  public void acceptGap(Gap gap) {
    lock.lock();
    try {
      checkOpen();
      HotBuffer active = state.active().buffer();
      Optional<SourcePosition> position = active.position();
      if (position.isPresent() && position.get().nextOffset() != gap.fromOffset()) {
        throw new IllegalArgumentException(
            this + " stands at " + position.get().nextOffset() + " and not before " + gap);
      }
      feed = feed.withNotes(feed.notes().withGap(gap));
      // The epoch of what was read last says nothing of where the log goes on.
      active.advance(new SourcePosition(gap.nextOffset(), SourcePosition.UNKNOWN_EPOCH));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<SourcePosition> appliedPosition() {
    ShardState now = tryAcquire().orElseThrow(this::closedException);
    try {
      return now.active().buffer().position();
    } finally {
      now.release();
    }
  }

  @Override
  public Optional<SourcePosition> durablePosition() {
    return durable.position();
  }

  @Override
  public AppendResult append(VectorRecord record, int leaderEpoch) {
    AppendResult result;
    lock.lock();
    try {
      checkOpen();
      HotBuffer active = state.active().buffer();
      Optional<SourcePosition> position = active.position();
      if (position.isPresent() && record.offset() < position.get().nextOffset()) {
        return new AppendResult.AlreadyApplied(position.get().nextOffset());
      }
      if (trouble.isReadOnly()) {
        // Nothing will make room: whoever feeds this shard waits, and sees the condition.
        return new AppendResult.Full(
            budget.usedBytes(), budget.limitBytes(), new CompletableFuture<Long>());
      }
      result = active.append(record, leaderEpoch);
    } finally {
      lock.unlock();
    }
    if (result instanceof AppendResult.Full || budget.stayingBytes() >= budget.limitBytes() / 2) {
      checkpointWanted.run();
    }
    return result;
  }

  @Override
  public void advance(SourcePosition position) {
    lock.lock();
    try {
      checkOpen();
      state.active().buffer().advance(position);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes durable what had been appended when it was called, if anything had; empty if nothing had.
   * What is appended meanwhile waits for the next: a checkpoint ends, however fast the writer is.
   */
  Optional<ShardCheckpoint> checkpoint(ByteBuffer piece) {
    Progress progress = new Progress();
    commits.lock();
    try {
      if (closed) {
        return Optional.empty();
      }
      if (trouble.isReadOnly()) {
        return progress.report();
      }
      // What an earlier checkpoint could not write is older, and goes first.
      if (state.frozen().isPresent()) {
        progress.add(commitFrozen(piece));
      }
      if (freeze()) {
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
      checkOpen();
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
    return state.segments().size();
  }

  /** Chunks that there are. */
  int chunks() {
    return state.cold().chunks().size();
  }

  /** Rows of them that nothing durable has replaced. */
  long durableLiveRows() {
    ColdView cold = state.cold();
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

  /** Puts an empty buffer in front; false if what is there is durable already. */
  private boolean freeze() {
    ShardState old;
    boolean anything;
    lock.lock();
    try {
      old = state;
      HotBuffer active = old.active().buffer();
      anything = active.count() > 0 || durable.isBehind(active.position(), feed);
      if (!anything && active.allocatedBytes() == 0) {
        return false;
      }
      HotBuffer next = newBuffer(active.position());
      // Room that was reserved for a record that then did not fit is given back with the buffer.
      state =
          new ShardState(
              Layer.of(next),
              anything ? Optional.of(old.active()) : Optional.empty(),
              old.cold(),
              old.segments());
      next.release();
      active.freeze();
      frozenFeed = feed;
    } finally {
      lock.unlock();
    }
    old.release();
    return anything;
  }

  private DurableShard.Committed commitFrozen(ByteBuffer piece) throws IOException {
    HotBuffer frozen = state.frozen().orElseThrow().buffer();
    room.requireForCheckpoint(frozen.allocatedBytes());
    DurableShard.Committed committed = durable.commit(frozen.snapshot(), frozenFeed, piece);
    try {
      showDurable(Optional.empty());
    } catch (RuntimeException | Error e) {
      throw new ShardBrokenException(this, e);
    }
    return committed;
  }

  private void showMerged() {
    showDurable(state.frozen());
  }

  /** Lets queries see what is published now; by whoever holds {@link #commits}. */
  private void showDurable(Optional<Layer> frozen) {
    ShardState old;
    lock.lock();
    try {
      old = state;
      state = new ShardState(old.active(), frozen, durable.view(), durable.segmentFiles());
    } finally {
      lock.unlock();
    }
    // Outside of the lock: freeing memory takes time, and calls those who wait for it.
    old.release();
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
    HotBuffer none = newBuffer(position);
    try {
      return new ShardState(Layer.of(none), Optional.empty(), cold, segments);
    } finally {
      none.release();
    }
  }

  /** Returns the current state, retained, unless the shard is closed; the caller releases it. */
  Optional<ShardState> tryAcquire() {
    ShardState now = state;
    while (!now.tryRetain()) {
      if (closed) {
        return Optional.empty();
      }
      now = state;
    }
    return Optional.of(now);
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
        feed.notes(),
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

  private void checkOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("shard " + this + " is closed");
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
      giveUp();
    } finally {
      commits.unlock();
    }
  }

  private void giveUp() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      state.release();
    } finally {
      lock.unlock();
    }
    durable.close();
  }

  @Override
  public String toString() {
    String name = identity.collection() + "/" + identity.partition();
    return successor ? name + " (successor)" : name;
  }
}
