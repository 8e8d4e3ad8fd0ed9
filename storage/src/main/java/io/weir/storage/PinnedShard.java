package io.weir.storage;

import io.weir.storage.query.ShardView;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.segment.ColdView;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A shard as of one position, until closed.
 *
 * <p>It begins with the state that the shard has. When published rows cover the position it goes on
 * with these, so that a checkpoint's memory is free at once. That works because the position is
 * pinned: no commit and no merge drops a row that it shows.
 *
 * <p><b>Threads:</b> readers retain the state that they find, without a lock; {@link #settle} runs
 * on the checkpoint thread and {@link #close} on any, one of both at a time.
 */
final class PinnedShard implements AutoCloseable {
  private final LocalShard shard;
  private final Optional<SourcePosition> position;
  private volatile Seat seat;
  private volatile boolean closed;
  private boolean settled;

  /** A state, retained, and what can be seen of it. */
  record Seat(ShardState state, ShardView view) {}

  private PinnedShard(LocalShard shard, Seat first) {
    this.shard = shard;
    this.position = first.view().position();
    this.seat = first;
  }

  /**
   * Pins a shard; empty if it is closed.
   *
   * @param asOf the position, or empty for what can be seen now
   * @throws io.weir.storage.query.PositionUnavailableException if the shard cannot tell of it
   */
  static Optional<PinnedShard> of(LocalShard shard, OptionalLong asOf) throws IOException {
    // Until the position is known, nothing may be dropped at all.
    shard.pinnedPositions().pin(0);
    try {
      Optional<ShardState> state = shard.tryAcquire();
      return state.isPresent() ? Optional.of(of(shard, state.get(), asOf)) : Optional.empty();
    } finally {
      shard.pinnedPositions().release(0);
    }
  }

  private static PinnedShard of(LocalShard shard, ShardState state, OptionalLong asOf)
      throws IOException {
    PinnedShard pinned;
    try {
      ShardView now = shard.view(state);
      ShardView view = asOf.isPresent() ? now.asOf(asOf.getAsLong()) : now;
      pinned = new PinnedShard(shard, new Seat(state, view));
    } catch (Throwable e) {
      state.release();
      throw e;
    }
    shard.pinnedPositions().pin(pinned.nextOffset());
    shard.pinned(pinned);
    try {
      // What is durable already, or has become so just now, nobody will tell of again.
      pinned.settle();
      return pinned;
    } catch (Throwable e) {
      pinned.close();
      throw e;
    }
  }

  int partition() {
    return shard.partition();
  }

  /** What it is as of; empty if the shard had never been fed. */
  Optional<SourcePosition> position() {
    return position;
  }

  private long nextOffset() {
    return position.map(SourcePosition::nextOffset).orElse(0L);
  }

  /**
   * Returns what can be read, retained; the caller releases the state.
   *
   * @throws IllegalStateException if it is closed
   */
  Seat acquire() {
    while (!closed) {
      Seat now = seat;
      if (now.state().tryRetain()) {
        return now;
      }
    }
    throw new IllegalStateException("the view of " + shard + " is closed");
  }

  /** Goes on with the published rows, if they cover the position by now. */
  synchronized void settle() throws IOException {
    if (closed || settled) {
      return;
    }
    Optional<ShardState> now = shard.tryAcquire();
    if (now.isEmpty()) {
      return;
    }
    try {
      ColdView cold = now.get().cold();
      if (cold.position() < nextOffset() || cold.floor() > nextOffset()) {
        return;
      }
      ShardState published =
          shard.published(position, cold.asOf(nextOffset()), now.get().segments());
      Seat old = seat;
      seat = new Seat(published, shard.view(published));
      settled = true;
      old.state().release();
    } finally {
      now.get().release();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      shard.unpinned(this);
      shard.pinnedPositions().release(nextOffset());
      seat.state().release();
    }
  }
}
