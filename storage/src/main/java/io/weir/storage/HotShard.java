package io.weir.storage;

import io.weir.storage.ShardState.Layer;
import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.checkpoint.Feed;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.hot.HotBuffer;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.segment.ColdView;
import io.weir.storage.segment.SegmentFile;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What of a shard is in memory: the buffers in front of what is published, what is noted of their
 * feed, and the state of all that, which readers find.
 *
 * <p><b>Threads:</b> {@code lock} is held by the writer for one append and by the checkpoint thread
 * for the two moments when it changes {@code state}; nobody waits for a disk under it. Readers take
 * no lock: they retain the state that they find.
 */
final class HotShard {
  private final DurableShard.Identity identity;
  private final DurableShard durable;
  private final DiskTrouble trouble;
  private final MemoryBudget budget;
  private final Supplier<Optional<DeclaredFields>> declared;
  private final Runnable checkpointWanted;
  private final Supplier<String> name;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile ShardState state;

  /** Changed under {@code lock}, with the position that it belongs to. */
  private volatile Feed feed;

  /** What was known when the frozen buffer was frozen: no more may be durable than with it. */
  private Feed frozenFeed;

  private volatile boolean closed;

  /**
   * Begins with an empty buffer.
   *
   * @param durable what is published
   * @param trouble what is wrong with its disk
   * @param declared the fields that are declared now, if the collection is declared
   * @param checkpointWanted is called when the budget is half used, or used up
   * @param name the shard's name now, for messages
   */
  HotShard(
      DurableShard.Identity identity,
      DurableShard durable,
      DiskTrouble trouble,
      MemoryBudget budget,
      Supplier<Optional<DeclaredFields>> declared,
      Runnable checkpointWanted,
      Supplier<String> name) {
    this.identity = identity;
    this.durable = durable;
    this.trouble = trouble;
    this.budget = budget;
    this.declared = declared;
    this.checkpointWanted = checkpointWanted;
    this.name = name;
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

  /** As {@link Shard#bind}. */
  void bind(UUID newTopicId) throws SourceChangedException {
    lock.lock();
    try {
      Optional<UUID> bound = feed.topicId();
      if (bound.isPresent() && !bound.get().equals(newTopicId)) {
        throw new SourceChangedException(name.get(), bound.get(), newTopicId);
      }
      feed = feed.withTopicId(newTopicId);
    } finally {
      lock.unlock();
    }
  }

  /** Changes what is noted of the feed. */
  void note(UnaryOperator<FeedNotes> change) {
    lock.lock();
    try {
      checkOpen();
      feed = feed.withNotes(change.apply(feed.notes()));
    } finally {
      lock.unlock();
    }
  }

  /** What is noted of the feed. */
  FeedNotes feedNotes() {
    return feed.notes();
  }

  /** As {@link Shard#acceptGap}. */
  void acceptGap(Gap gap) {
    lock.lock();
    try {
      checkOpen();
      HotBuffer active = state.active().buffer();
      Optional<SourcePosition> position = active.position();
      if (position.isPresent() && position.get().nextOffset() != gap.fromOffset()) {
        throw new IllegalArgumentException(
            name.get() + " stands at " + position.get().nextOffset() + " and not before " + gap);
      }
      feed = feed.withNotes(feed.notes().withGap(gap));
      // The epoch of what was read last says nothing of where the log goes on.
      active.advance(new SourcePosition(gap.nextOffset(), SourcePosition.UNKNOWN_EPOCH));
    } finally {
      lock.unlock();
    }
  }

  /** Where the next record is expected. */
  Optional<SourcePosition> position() {
    ShardState now = tryAcquire().orElseThrow(this::closedException);
    try {
      return now.active().buffer().position();
    } finally {
      now.release();
    }
  }

  /** As {@link Shard#append}. */
  AppendResult append(VectorRecord record, int leaderEpoch) {
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

  /** As {@link Shard#advance}. */
  void advance(SourcePosition position) {
    lock.lock();
    try {
      checkOpen();
      state.active().buffer().advance(position);
    } finally {
      lock.unlock();
    }
  }

  /** Puts an empty buffer in front; false if what is there is durable already. */
  boolean freeze() {
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

  /** The buffer that a checkpoint has frozen and not made durable yet. */
  Optional<Layer> frozen() {
    return state.frozen();
  }

  /** What was known of the feed when it was frozen. */
  Feed frozenFeed() {
    return frozenFeed;
  }

  /**
   * Lets queries see what is published now; by whoever publishes.
   *
   * @param frozen what is frozen from now on
   */
  void showDurable(Optional<Layer> frozen) {
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
  }

  /** The state, not retained: for its lists and counts, not for the memory behind them. */
  ShardState state() {
    return state;
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

  boolean isClosed() {
    return closed;
  }

  void checkOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("shard " + name.get() + " is closed");
  }

  /** Gives up the buffers; what readers hold stays until they are done. False if it has been. */
  boolean close() {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      closed = true;
      state.release();
      return true;
    } finally {
      lock.unlock();
    }
  }
}
