package io.weir.api.watch;

import io.weir.storage.CollectionChanges;
import io.weir.storage.query.Interest;
import io.weir.storage.query.Interests;
import io.weir.storage.record.VectorSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * One client that watches, and how far it has been told.
 *
 * <p>It is told live, with all others, or catches up from a position of its own: because it began
 * there, or because it did not take its events as fast as they came.
 *
 * <p><b>Threads:</b> belongs to the hub's thread, or, while it is {@link #isBusy}, to the one that
 * reads for it. Only {@link #events} and {@link #leave} are for others.
 */
final class Watcher {
  private static final long LEAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Interest interest;
  private final Interests alone;
  private final EventQueue queue;

  /** What it reads by itself while it is not told live. */
  private @Nullable CollectionChanges changes;

  /** Next offset by partition, while it is not told live. */
  private volatile SortedMap<Integer, Long> position;

  /**
   * While it is told live: partitions of which it has been told more than the others, and how far.
   */
  private SortedMap<Integer, Long> ahead = new TreeMap<>();

  private long allowedLag = Long.MAX_VALUE;
  private long lookedNanos = System.nanoTime();

  /** How long it is too far behind already, and how long of that its client was waited for. */
  private long farNanos;

  private long waitedNanos;
  private volatile boolean live;
  private volatile boolean busy;
  private volatile @Nullable Ending ending;

  /** Why it ends, and what is told of that. */
  record Ending(WatchEnd end, String detail, long sinceNanos) {}

  /** Begins where the changes begin, which it closes. */
  Watcher(VectorSchema schema, Interest interest, EventQueue queue, CollectionChanges changes) {
    this.interest = interest;
    this.alone = Interests.of(schema, List.of(interest));
    this.queue = queue;
    this.changes = changes;
    this.position = changes.position();
  }

  /** What it is told, in blocks; to be subscribed to once. */
  Flux<byte[]> events() {
    return queue.blocks();
  }

  /** Says that nobody takes its events any more. */
  void leave() {
    queue.leave();
  }

  Interest interest() {
    return interest;
  }

  /** Its interest, as the only one. */
  Interests alone() {
    return alone;
  }

  EventQueue queue() {
    return queue;
  }

  boolean isLive() {
    return live;
  }

  /** Whether somebody else than the hub's thread has it. */
  boolean isBusy() {
    return busy;
  }

  void busy(boolean now) {
    busy = now;
  }

  SortedMap<Integer, Long> position() {
    return position;
  }

  CollectionChanges changes() {
    CollectionChanges own = changes;
    if (own == null) {
      throw new IllegalStateException("it is told live");
    }
    return own;
  }

  /** It has been told everything below. */
  void reached(SortedMap<Integer, Long> nextOffsets) {
    position = nextOffsets;
  }

  /** It reads by itself from now on, from where these changes begin. */
  void catchUp(CollectionChanges own) {
    closeChanges();
    changes = own;
    position = own.position();
    lookedNanos = System.nanoTime();
    live = false;
  }

  /**
   * It is told live from now on.
   *
   * @param told how far those have been told that are live: nowhere further than this one
   */
  void join(SortedMap<Integer, Long> told) {
    closeChanges();
    ahead = new TreeMap<>();
    position.forEach((partition, offset) -> {
      if (offset > told.getOrDefault(partition, 0L)) {
        ahead.put(partition, offset);
      }
    });
    allowedLag = Long.MAX_VALUE;
    live = true;
  }

  void closeChanges() {
    CollectionChanges own = changes;
    if (own != null) {
      own.close();
      changes = null;
    }
  }

  /** Whether it has been told of a record already, while it is told live. */
  boolean knows(int partition, long offset) {
    return !ahead.isEmpty() && offset < ahead.getOrDefault(partition, 0L);
  }

  /** The live ones have been told up to a position. */
  void passed(SortedMap<Integer, Long> told) {
    if (!ahead.isEmpty()) {
      ahead.entrySet().removeIf(own -> told.getOrDefault(own.getKey(), 0L) >= own.getValue());
    }
  }

  /** How far it has been told, when the live ones have been told up to a position. */
  SortedMap<Integer, Long> position(SortedMap<Integer, Long> told) {
    if (ahead.isEmpty()) {
      return told;
    }
    SortedMap<Integer, Long> own = new TreeMap<>(told);
    ahead.forEach((partition, offset) -> own.merge(partition, offset, Math::max));
    return own;
  }

  /**
   * The id that is everybody's where it has been told as much, or one of its own.
   *
   * @param incarnations of the shards that the live ones are told of
   */
  String id(SortedMap<Integer, Long> told, Map<Integer, Integer> incarnations, String shared) {
    return ahead.isEmpty() ? shared : EventId.text(position(told), incarnations);
  }

  /**
   * Whether none of the shards that it has been told of has been made anew for the live ones, or
   * the other way round; while it is not told live.
   */
  boolean knowsShards(Map<Integer, Integer> incarnations) {
    return changes().incarnations().entrySet().stream()
        .allMatch(
            own -> incarnations.getOrDefault(own.getKey(), own.getValue()).equals(own.getValue()));
  }

  /** How many offsets it is behind a position. */
  long lag(SortedMap<Integer, Long> told) {
    SortedMap<Integer, Long> own = position;
    long lag = 0;
    for (Map.Entry<Integer, Long> one : told.entrySet()) {
      lag += Math.max(0, one.getValue() - own.getOrDefault(one.getKey(), 0L));
    }
    return lag;
  }

  /**
   * Whether it is further behind than it may be, and it is the client that is waited for: for a
   * second, and most of the time since it is too far behind.
   *
   * @param lag how many records it is behind
   * @param most how many more than where it began, or has been since, it may be
   */
  boolean isTooSlow(long lag, long most) {
    long now = System.nanoTime();
    long pauseNanos = now - lookedNanos;
    lookedNanos = now;
    allowedLag = Math.min(allowedLag, Math.addExact(lag, most));
    if (lag <= allowedLag) {
      farNanos = 0;
      waitedNanos = 0;
      return false;
    }
    farNanos += pauseNanos;
    waitedNanos += queue.isDrained() ? 0 : pauseNanos;
    return waitedNanos > LEAST_WAIT_NANOS && waitedNanos > farNanos / 2;
  }

  /** The score that it is told. */
  OptionalDouble score(float score) {
    return interest.hasVector() ? OptionalDouble.of(score) : OptionalDouble.empty();
  }

  /** Says why it ends; the first one to say so is told. */
  synchronized void ends(WatchEnd end, String detail) {
    if (ending == null) {
      ending = new Ending(end, detail, System.nanoTime());
    }
  }

  Optional<Ending> ending() {
    return Optional.ofNullable(ending);
  }

  /** Whether it is of no use to read for it. */
  boolean isOver() {
    return ending != null || queue.isOver();
  }
}
