package io.weir.storage;

import io.weir.storage.query.Change;
import io.weir.storage.query.ChangeLimit;
import io.weir.storage.query.ChangeScan;
import io.weir.storage.query.Interests;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the changes of a collection's shards. Between two reads it has nothing but a pinned
 * position of each shard, so that no commit and no merge drops a row that tells what changed.
 *
 * <p>What is pinned is where the last block began, for whoever has to read it again.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class LocalChanges implements CollectionChanges {
  private static final int LEAST_RECORDS = 16;
  private static final long LEAST_BYTES = 64 << 10;

  private final String name;
  private final Supplier<Collection<LocalShard>> served;
  private final SortedMap<Integer, Place> places = new TreeMap<>();
  private boolean closed;

  /** Where it is in a partition. */
  private static final class Place {
    private long nextOffset;
    private long pinnedOffset;

    /** The shard that was read last; none as long as none was open. */
    private @Nullable LocalShard shard;

    /** Which of the partition's shards the offset is of; null as long as that is not known. */
    private @Nullable Integer incarnation;

    Place(long nextOffset, @Nullable Integer incarnation) {
      this.nextOffset = nextOffset;
      this.incarnation = incarnation;
    }

    /** Keeps what is needed to go on, in the shard that is open now; gives up what is not. */
    void pin(LocalShard now) {
      LocalShard before = shard;
      if (now.equals(before) && pinnedOffset == nextOffset) {
        return;
      }
      now.pinnedPositions().pin(nextOffset);
      unpin();
      shard = now;
      incarnation = now.incarnation();
      pinnedOffset = nextOffset;
    }

    void unpin() {
      LocalShard before = shard;
      if (before != null) {
        before.pinnedPositions().release(pinnedOffset);
        shard = null;
      }
    }

    /** Whether the rows of a shard are not those that were read so far. */
    boolean isMadeAnew(LocalShard now) {
      Integer before = incarnation;
      return before != null && before != now.incarnation();
    }
  }

  private LocalChanges(String name, Supplier<Collection<LocalShard>> served) {
    this.name = name;
    this.served = served;
  }

  /**
   * Changes from a position on.
   *
   * @param served the shards, in the order of their partitions, asked for at each read
   * @param since next offset by partition; a partition that is left out is read from its beginning
   * @param incarnations which of the partition's shards that is of, where it is known
   * @throws PositionUnavailableException if a shard cannot tell of what came since
   */
  static LocalChanges since(
      String name,
      Supplier<Collection<LocalShard>> served,
      Map<Integer, Long> since,
      Map<Integer, Integer> incarnations) {
    LocalChanges changes = new LocalChanges(name, served);
    since.forEach((partition, offset) ->
        changes.places.put(partition, new Place(offset, incarnations.get(partition))));
    try {
      for (LocalShard shard : served.get()) {
        Place place = changes.place(shard);
        requireSame(shard, place);
        place.pin(shard);
        shard
            .tryAcquire()
            .ifPresent(state -> {
              try {
                checkTold(shard, state, place);
              } finally {
                state.release();
              }
            });
      }
      return changes;
    } catch (Throwable e) {
      changes.close();
      throw e;
    }
  }

  private static void checkTold(LocalShard shard, ShardState state, Place place) {
    long floor = state.cold().floor();
    if (floor > place.nextOffset) {
      throw new PositionUnavailableException(
          shard.partition(), place.nextOffset, floor, Math.max(floor, applied(shard, state)));
    }
  }

  private static long applied(LocalShard shard, ShardState state) {
    return shard.view(state).position().map(SourcePosition::nextOffset).orElse(0L);
  }

  /** Changes of what cannot be seen yet. */
  static LocalChanges fromNow(String name, Supplier<Collection<LocalShard>> served) {
    LocalChanges changes = new LocalChanges(name, served);
    for (LocalShard shard : served.get()) {
      // Until the position is known, nothing may be dropped at all.
      shard.pinnedPositions().pin(0);
      try {
        shard
            .tryAcquire()
            .ifPresent(state -> {
              try {
                Place place = new Place(applied(shard, state), null);
                changes.places.put(shard.partition(), place);
                place.pin(shard);
              } finally {
                state.release();
              }
            });
      } finally {
        shard.pinnedPositions().release(0);
      }
    }
    return changes;
  }

  private Place place(LocalShard shard) {
    return places.computeIfAbsent(shard.partition(), _ -> new Place(0, null));
  }

  @Override
  public SortedMap<Integer, Long> position() {
    SortedMap<Integer, Long> position = new TreeMap<>();
    places.forEach((partition, place) -> position.put(partition, place.nextOffset));
    return Collections.unmodifiableSortedMap(position);
  }

  @Override
  public SortedMap<Integer, Integer> incarnations() {
    SortedMap<Integer, Integer> incarnations = new TreeMap<>();
    places.forEach((partition, place) -> {
      Integer incarnation = place.incarnation;
      if (incarnation != null) {
        incarnations.put(partition, incarnation);
      }
    });
    return Collections.unmodifiableSortedMap(incarnations);
  }

  @Override
  public Block next(
      Interests interests, Map<Integer, Long> until, ChangeLimit limit, BooleanSupplier cancelled)
      throws IOException {
    if (closed) {
      throw new IllegalStateException("the changes of " + name + " are closed");
    }
    Collection<LocalShard> shards = served.get();
    ChangeLimit share = share(limit, shards.size());
    for (LocalShard shard : shards) {
      Place place = place(shard);
      requireSame(shard, place);
      place.pin(shard);
    }
    List<Change> changes = new ArrayList<>();
    SortedMap<Integer, Long> read = new TreeMap<>();
    boolean atEnd = true;
    for (LocalShard shard : shards) {
      Optional<ShardState> state = shard.tryAcquire();
      if (state.isEmpty()) {
        continue;
      }
      long end = until.getOrDefault(shard.partition(), Long.MAX_VALUE);
      try {
        ChangeScan.Block block =
            ChangeScan.read(
                shard.view(state.get()), place(shard).nextOffset, end, interests, share, cancelled);
        changes.addAll(block.changes());
        read.put(shard.partition(), block.nextOffset());
        atEnd &= block.atEnd();
      } catch (InternalError fault) {
        throw LocalCollection.damage(name, fault);
      } finally {
        state.get().release();
      }
    }
    // Only now, so that a failure has read nothing.
    for (LocalShard shard : shards) {
      Long next = read.get(shard.partition());
      if (next != null) {
        place(shard).nextOffset = next;
      }
    }
    return new Block(changes, position(), atEnd);
  }

  private static ChangeLimit share(ChangeLimit limit, int shards) {
    return shards <= 1
        ? limit
        : new ChangeLimit(
            Math.max(LEAST_RECORDS, limit.records() / shards),
            Math.max(LEAST_BYTES, limit.bytes() / shards));
  }

  /** What is made anew has other rows, and perhaps other offsets. */
  private static void requireSame(LocalShard shard, Place place) {
    if (place.isMadeAnew(shard)) {
      long applied = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
      throw PositionUnavailableException.madeAnew(shard.partition(), place.nextOffset, applied);
    }
  }

  @Override
  public void close() {
    closed = true;
    places.values().forEach(Place::unpin);
  }
}
