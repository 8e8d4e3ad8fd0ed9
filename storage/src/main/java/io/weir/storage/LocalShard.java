package io.weir.storage;

import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.ShardState.Layer;
import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.hot.HotBuffer;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.query.ShardView;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.segment.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A shard of this process: hot buffers in front of a {@link DurableShard}.
 *
 * <p><b>Threads:</b> {@code lock} is held by the writer for one append and by the checkpoint thread
 * for the two moments when it changes {@code state}; nobody waits for a disk under it. Readers take
 * no lock: they retain the state that they find.
 */
final class LocalShard implements Shard {
  private final DurableShard.Identity identity;
  private final DurableShard durable;
  private final MemoryBudget budget;
  private final Runnable checkpointWanted;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile ShardState state;
  private volatile Optional<UUID> topicId;
  private volatile Optional<String> failure = Optional.empty();
  private volatile boolean closed;

  /**
   * Takes over an opened durable shard.
   *
   * @param checkpointWanted is called when the budget is half used, or used up
   */
  LocalShard(
      DurableShard.Identity identity,
      DurableShard durable,
      MemoryBudget budget,
      Runnable checkpointWanted) {
    this.identity = identity;
    this.durable = durable;
    this.budget = budget;
    this.checkpointWanted = checkpointWanted;
    this.topicId = durable.topicId();
    HotBuffer first = newBuffer(durable.position());
    this.state =
        new ShardState(Layer.of(first), Optional.empty(), durable.view(), durable.segmentFiles());
    first.release();
  }

  private HotBuffer newBuffer(Optional<SourcePosition> position) {
    return new HotBuffer(identity.schema(), identity.keyHash(), budget, position);
  }

  @Override
  public int partition() {
    return identity.partition();
  }

  @Override
  public void bind(UUID newTopicId) throws SourceChangedException {
    Optional<UUID> bound = topicId;
    if (bound.isPresent() && !bound.get().equals(newTopicId)) {
      throw new SourceChangedException(toString(), bound.get(), newTopicId);
    }
    topicId = Optional.of(newTopicId);
  }

  @Override
  public Optional<SourcePosition> appliedPosition() {
    return withState(now -> now.active().buffer().position());
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
    try {
      // What an earlier checkpoint could not write is older, and goes first.
      if (state.frozen().isPresent()) {
        progress.add(commitFrozen(piece));
      }
      if (freeze()) {
        progress.add(commitFrozen(piece));
      }
      failure = Optional.empty();
    } catch (IOException | RuntimeException | Error e) {
      failure = Optional.of(e.toString());
    }
    return progress.report();
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
      if (!any && failure.isEmpty()) {
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
              failure));
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
      anything = active.count() > 0 || durable.isBehind(active.position(), topicId);
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
    } finally {
      lock.unlock();
    }
    old.release();
    return anything;
  }

  private DurableShard.Committed commitFrozen(ByteBuffer piece) throws IOException {
    HotBuffer frozen = state.frozen().orElseThrow().buffer();
    DurableShard.Committed committed = durable.commit(frozen.snapshot(), topicId, piece);
    ShardState old;
    lock.lock();
    try {
      old = state;
      state =
          new ShardState(old.active(), Optional.empty(), durable.view(), durable.segmentFiles());
    } finally {
      lock.unlock();
    }
    // Outside of the lock: freeing memory takes time, and calls those who wait for it.
    old.release();
    return committed;
  }

  /** Runs something on the current state, which stays whole until it is done. */
  <R> R withState(Function<ShardState, R> reader) {
    ShardState now = acquire();
    try {
      return reader.apply(now);
    } finally {
      now.release();
    }
  }

  /** Returns the current state, retained; the caller releases it. */
  ShardState acquire() {
    ShardState now = state;
    while (!now.tryRetain()) {
      checkOpen();
      now = state;
    }
    return now;
  }

  /** What can be seen of a state that the caller holds. */
  ShardView view(ShardState held) {
    return held.view(identity.partition(), identity.keyHash());
  }

  ShardStats stats() {
    // Before the state: what is durable must not seem to be ahead of what is applied.
    Optional<SourcePosition> durablePosition = durable.position();
    return withState(now -> stats(now, durablePosition));
  }

  private ShardStats stats(ShardState now, Optional<SourcePosition> durablePosition) {
    ShardView view = view(now);
    List<Layer> layers = now.layers();
    long liveRows = now.cold().rows() - now.cold().deadRows();
    Optional<String> trouble = failure;
    try {
      for (int layer = layers.size() - 1; layer >= 0; layer--) {
        liveRows += layers.get(layer).liveRows().added(view, layer);
      }
    } catch (IOException e) {
      trouble = Optional.of(e.toString());
    }
    return new ShardStats(
        identity.partition(),
        view.position(),
        durablePosition,
        liveRows,
        now.cold().rows(),
        now.cold().deadRows(),
        view.hot().stream().mapToLong(hot -> hot.vectors()).sum(),
        layers.stream().mapToLong(layer -> layer.buffer().allocatedBytes()).sum(),
        now.segments().stream().mapToLong(SegmentFile::mappedBytes).sum(),
        durable.contents().bytes() + durable.manifestBytes(),
        now.segments().size(),
        now.cold().chunks().size(),
        durable.generation(),
        trouble);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /** Gives up everything; what readers hold stays until they are done. */
  void close() {
    lock.lock();
    try {
      closed = true;
      state.release();
    } finally {
      lock.unlock();
    }
    durable.close();
  }

  @Override
  public String toString() {
    return identity.collection() + "/" + identity.partition();
  }
}
