package io.weir.api.watch;

import io.weir.api.WatchSettings;
import io.weir.storage.CollectionChanges;
import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.query.Change;
import io.weir.storage.query.ChangeLimit;
import io.weir.storage.query.Interests;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the watchers of one collection what changes. In turns, a few milliseconds apart: what has
 * come since the last turn is read once and held against the interests of all who are told live; an
 * event that a watcher's queue has no room for is where that watcher goes on by itself, once it has
 * taken the half of its queue, until it has been told as much as the live ones.
 *
 * <p><b>Invariants:</b> a live watcher has been told everything below {@code told}, and of the
 * partitions that it is ahead in, more. Positions only grow. What a watcher still has to be told is
 * pinned in the store: by its own changes, or by the hub's, which keep where their last block
 * began. What was told some time ago is pinned as well, for those who come back.
 *
 * <p><b>Threads:</b> one of its own; it ends when nobody watches. Others read for watchers that are
 * far behind, one for each at a time.
 */
final class WatchHub implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(WatchHub.class);

  /** From one turn to the next: so many records share a pass, and so long an event waits more. */
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** So many positions divide the time that clients have to come back. */
  private static final int KEPT_POSITIONS = 8;

  private static final ChangeLimit LIVE = new ChangeLimit(1_024, 4 << 20);
  private static final ChangeLimit CATCH_UP = new ChangeLimit(1_024, 256 << 10);

  /** Somebody who is behind by less is read for between two turns, which lets it join. */
  private static final int NEAR_RECORDS = 256;

  /** The most time of a turn that the live ones wait for those who are to join. */
  private static final long JOIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final VectorCollection collection;
  private final WatchSettings settings;
  private final WatchMeters meters;
  private final Executor readers;
  private final Leaver leaver;
  private final Queue<Watcher> newcomers = new ConcurrentLinkedQueue<>();
  private final List<Watcher> live = new ArrayList<>();
  private final List<Watcher> behind = new ArrayList<>();
  private Interests interests;
  private boolean joined;
  private CollectionChanges changes;

  /** Next offsets, by partition, of what those who are live have been told. */
  private volatile SortedMap<Integer, Long> told;

  private volatile int catchingUp;
  private volatile long queuedBytes;
  private volatile boolean stopping;
  private final Deque<Kept> kept = new ArrayDeque<>();
  private long watchedNanos = System.nanoTime();
  private final CountDownLatch over = new CountDownLatch(1);
  private long heartbeatNanos = System.nanoTime();
  private long lookNanos = System.nanoTime();

  /** Changes that nobody reads: what they begin with stays in the store. */
  private record Kept(CollectionChanges changes, int partitions, long nanos) {}

  /** Is told what becomes of watchers and of the hub. */
  interface Leaver {

    /** A watcher is not served any more. */
    void left();

    /** Nobody watches: whether the hub is to end. */
    boolean retires(WatchHub hub);
  }

  /**
   * Begins with what changes from now on.
   *
   * @param readers who reads for watchers that are far behind
   */
  WatchHub(
      VectorCollection collection,
      WatchSettings settings,
      WatchMeters meters,
      Executor readers,
      Leaver leaver) {
    this.collection = collection;
    this.settings = settings;
    this.meters = meters;
    this.readers = readers;
    this.leaver = leaver;
    this.interests = Interests.of(collection.schema(), List.of());
    this.changes = collection.changes();
    this.told = changes.position();
    meters.watched(name());
  }

  String name() {
    return collection.name();
  }

  /** Takes a watcher in; from any thread. */
  void add(Watcher watcher) {
    newcomers.add(watcher);
  }

  /** Whether nobody waits to be taken in. */
  boolean hasNoNewcomer() {
    return newcomers.isEmpty();
  }

  /** Has every watcher told that the server stops, and ends. */
  void stop() {
    stopping = true;
  }

  int catchingUp() {
    return catchingUp;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  /** Offsets that are visible, and that those who are live have not been told of. */
  long lag() {
    SortedMap<Integer, Long> position = told;
    long lag = 0;
    for (Shard shard : collection.shards()) {
      try {
        long applied = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
        lag += Math.max(0, applied - position.getOrDefault(shard.partition(), 0L));
      } catch (IllegalStateException closed) {
        // It has gone to another process, or is about to be replaced.
      }
    }
    return lag;
  }

  @Override
  public void run() {
    try {
      while (!(isIdle() && leaver.retires(this))) {
        long began = System.nanoTime();
        if (!turn()) {
          LockSupport.parkNanos(began + TURN_NANOS - System.nanoTime());
        }
      }
    } catch (RuntimeException | Error e) {
      abandon(Failure.of(name(), e));
      throw e;
    } finally {
      kept.forEach(one -> one.changes().close());
      changes.close();
      over.countDown();
    }
  }

  /** Whether nobody watches, and nobody who did can come back and count on this. */
  private boolean isIdle() {
    if (!live.isEmpty() || !behind.isEmpty()) {
      watchedNanos = System.nanoTime();
      return false;
    }
    return stopping || System.nanoTime() - watchedNanos > settings.resume().toNanos();
  }

  /** Waits until it has ended, for so long at most. */
  void awaitEnd(Duration bound) throws InterruptedException {
    if (!over.await(bound.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("watchers of {} are still served after {} ms", name(), bound.toMillis());
    }
  }

  /** Nobody is left to serve anybody. */
  private void abandon(Failure failure) {
    List<Watcher> all = new ArrayList<>(live);
    all.addAll(behind);
    do {
      for (Watcher one = newcomers.poll(); one != null; one = newcomers.poll()) {
        all.add(one);
      }
      for (Watcher watcher : all) {
        watcher.ends(failure.end(), failure.detail());
        watcher.queue().cut();
        watcher.closeChanges();
        meters.ended(failure.end());
        leaver.left();
      }
      all.clear();
    } while (!leaver.retires(this));
  }

  /** Does what there is to do now; whether there is more. */
  private boolean turn() {
    for (Watcher one = newcomers.poll(); one != null; one = newcomers.poll()) {
      behind.add(one);
    }
    if (stopping) {
      endAll(live, WatchEnd.STOPPING, "the server is about to stop; go on at another one");
      endAll(behind, WatchEnd.STOPPING, "the server is about to stop; go on at another one");
    }
    keep();
    boolean more = !stopping && readLive();
    tendBehind();
    removeOver();
    look();
    return more;
  }

  private static void endAll(List<Watcher> watchers, WatchEnd end, String detail) {
    watchers.forEach(watcher -> watcher.ends(end, detail));
  }

  /** Tells those who are live of some changes; whether there are more. */
  private boolean readLive() {
    if (joined) {
      interests = Interests.of(collection.schema(), live.stream().map(Watcher::interest).toList());
      joined = false;
    }
    try {
      CollectionChanges.Block block = changes.next(interests, Map.of(), LIVE, () -> stopping);
      tell(block);
      told = block.position();
      live.forEach(watcher -> watcher.passed(told));
      return !block.atEnd();
    } catch (CancellationException stopped) {
      return false;
    } catch (IOException | RuntimeException | Error e) {
      Failure failure = Failure.of(name(), e);
      endAll(live, failure.end(), failure.detail());
      beginAnew();
      return false;
    }
  }

  /** What nobody can be told of is passed over. */
  private void beginAnew() {
    CollectionChanges before = changes;
    changes = collection.changes();
    before.close();
    told = changes.position();
  }

  /** Tells the live ones, each of which has the number of its interest. */
  private void tell(CollectionChanges.Block block) {
    SortedMap<Integer, Long> at = new TreeMap<>(told);
    Map<Integer, Integer> incarnations = changes.incarnations();
    boolean someFellBehind = false;
    long matches = 0;
    long leaves = 0;
    for (int i = 0; i < block.changes().size(); i++) {
      Change change = block.changes().get(i);
      if (i > 0) {
        passPartition(block, i, at);
      }
      at.put(change.partition(), change.offset());
      SortedMap<Integer, Long> before = new TreeMap<>(at);
      at.put(change.partition(), change.offset() + 1);
      String id = EventId.text(at, incarnations);
      WatchEvents events = new WatchEvents(change);
      for (int j = 0; j < change.metCount(); j++) {
        Watcher watcher = live.get(change.met(j));
        if (isTold(watcher, change)) {
          String own = watcher.id(at, incarnations, id);
          byte[] event = match(events, watcher, own, change.score(j));
          someFellBehind |= !offer(watcher, event, before);
          matches++;
        }
      }
      for (int j = 0; j < change.leftCount(); j++) {
        Watcher watcher = live.get(change.left(j));
        if (isTold(watcher, change)) {
          byte[] event = events.leave(watcher.id(at, incarnations, id));
          someFellBehind |= !offer(watcher, event, before);
          leaves++;
        }
      }
    }
    meters.told(name(), matches, leaves);
    if (someFellBehind) {
      live.stream().filter(watcher -> !watcher.isLive()).forEach(behind::add);
      joined |= live.removeIf(watcher -> !watcher.isLive());
    }
  }

  /** A block has partition after partition: where one ends, all of it has been told. */
  private static void passPartition(
      CollectionChanges.Block block, int number, SortedMap<Integer, Long> at) {
    int before = block.changes().get(number - 1).partition();
    if (before != block.changes().get(number).partition()) {
      at.put(before, block.position().getOrDefault(before, 0L));
    }
  }

  private static boolean isTold(Watcher watcher, Change change) {
    // Who ends is told nothing more: behind a gap it could not go on where it was.
    return watcher.isLive()
        && watcher.ending().isEmpty()
        && !watcher.knows(change.partition(), change.offset());
  }

  private static byte[] match(WatchEvents events, Watcher watcher, String id, float score) {
    return events.match(
        id,
        watcher.score(score),
        watcher.interest().withVector(),
        watcher.interest().withPayload());
  }

  /** Has a live watcher told of a change, or go on before it by itself. */
  private boolean offer(Watcher watcher, byte[] event, SortedMap<Integer, Long> before) {
    if (watcher.queue().offer(event)) {
      return true;
    }
    readsAlone(watcher, watcher.position(before), changes.incarnations());
    return false;
  }

  /** The changes of the last block can still be had until the next is asked for. */
  private void readsAlone(
      Watcher watcher, SortedMap<Integer, Long> from, Map<Integer, Integer> incarnations) {
    try {
      watcher.catchUp(collection.changes(from, incarnations));
    } catch (RuntimeException e) {
      Failure failure = Failure.of(name(), e);
      watcher.ends(failure.end(), failure.detail());
    }
  }

  /** Has those who are behind come nearer, and lets those who are not any more join. */
  private void tendBehind() {
    long began = System.nanoTime();
    List<Watcher> still = new ArrayList<>();
    for (Watcher watcher : behind) {
      if (watcher.isBusy() || watcher.isOver() || !tend(watcher, began)) {
        still.add(watcher);
      }
    }
    behind.clear();
    behind.addAll(still);
    catchingUp = still.size();
  }

  /** Whether it is live now. */
  private boolean tend(Watcher watcher, long began) {
    long lag = watcher.lag(told);
    if (watcher.isTooSlow(lag, settings.maxLag())) {
      watcher.ends(
          WatchEnd.SLOW_WATCHER,
          lag
              + " records wait to be told, and "
              + settings.maxLag()
              + " may; go on with the id of the last event");
      return false;
    }
    if (!watcher.queue().isDrained()) {
      return false;
    }
    if (lag > NEAR_RECORDS) {
      read(watcher);
      return false;
    }
    // Who was told of a shard that is no more hears of it when it reads. Where it is the live ones
    // who have not heard of it yet, it waits for them.
    if (lag > 0 || !watcher.knowsShards(changes.incarnations())) {
      if (System.nanoTime() - began > JOIN_NANOS) {
        return false;
      }
      tryTell(watcher, () -> stopping);
      if (watcher.isOver()
          || watcher.lag(told) > 0
          || !watcher.knowsShards(changes.incarnations())) {
        return false;
      }
    }
    watcher.join(told);
    live.add(watcher);
    joined = true;
    return true;
  }

  /** Has somebody else read a block for a watcher; others get their turns before the next. */
  private void read(Watcher watcher) {
    watcher.busy(true);
    try {
      readers.execute(() -> {
        try {
          tryTell(watcher, watcher::isOver);
        } finally {
          watcher.busy(false);
        }
      });
    } catch (RejectedExecutionException stopped) {
      watcher.busy(false);
    }
  }

  /** Tells one watcher of some changes that the live ones know. */
  private void tryTell(Watcher watcher, BooleanSupplier cancelled) {
    try {
      tell(watcher, cancelled);
    } catch (CancellationException stopped) {
      // Nobody is left to be told.
    } catch (IOException | RuntimeException | Error e) {
      Failure failure = Failure.of(name(), e);
      watcher.ends(failure.end(), failure.detail());
    }
  }

  private void tell(Watcher watcher, BooleanSupplier cancelled) throws IOException {
    SortedMap<Integer, Long> at = new TreeMap<>(watcher.position());
    CollectionChanges.Block block =
        watcher.changes().next(watcher.alone(), told, CATCH_UP, cancelled);
    Map<Integer, Integer> incarnations = watcher.changes().incarnations();
    long matches = 0;
    long leaves = 0;
    for (int i = 0; i < block.changes().size(); i++) {
      Change change = block.changes().get(i);
      if (i > 0) {
        passPartition(block, i, at);
      }
      at.put(change.partition(), change.offset());
      SortedMap<Integer, Long> before = new TreeMap<>(at);
      at.put(change.partition(), change.offset() + 1);
      WatchEvents events = new WatchEvents(change);
      String id = EventId.text(at, incarnations);
      byte[] event =
          change.metCount() > 0 ? match(events, watcher, id, change.score(0)) : events.leave(id);
      if (!watcher.queue().offer(event)) {
        meters.told(name(), matches, leaves);
        readsAlone(watcher, before, incarnations);
        return;
      }
      matches += change.metCount();
      leaves += change.leftCount();
    }
    meters.told(name(), matches, leaves);
    watcher.reached(block.position());
  }

  /** Lets go of those who are told no more. */
  private void removeOver() {
    boolean some = removeOver(live);
    some |= removeOver(behind);
    joined |= some;
  }

  private boolean removeOver(List<Watcher> watchers) {
    return watchers.removeIf(watcher -> {
      if (watcher.isBusy() || !watcher.isOver() || !isThrough(watcher)) {
        return false;
      }
      watcher.closeChanges();
      if (watcher.ending().isEmpty()) {
        meters.ended(WatchEnd.CLIENT_GONE);
      }
      leaver.left();
      return true;
    });
  }

  /** Has a watcher told why it ends, and waits until that is taken, for some time. */
  private boolean isThrough(Watcher watcher) {
    if (watcher.queue().isOver() && watcher.ending().isEmpty()) {
      return true;
    }
    Watcher.Ending ending = watcher.ending().orElseThrow();
    if (watcher.queue().end(WatchEvents.end(ending.end(), ending.detail()))) {
      meters.ended(ending.end());
    }
    if (System.nanoTime() - ending.sinceNanos() < settings.endPatience().toNanos()) {
      return watcher.queue().isOver();
    }
    watcher.queue().cut();
    return true;
  }

  /** Now and then: says that the stream is alive where nothing else does; ends those that hang. */
  private void look() {
    long now = System.nanoTime();
    if (now - heartbeatNanos >= settings.heartbeat().toNanos()) {
      heartbeatNanos = now;
      Map<Integer, Integer> incarnations = changes.incarnations();
      String id = EventId.text(told, incarnations);
      for (Watcher watcher : live) {
        if (watcher.queue().isEmpty()) {
          String own = watcher.id(told, incarnations, id);
          var _ = watcher.queue().offer(WatchEvents.heartbeat(own));
        }
      }
    }
    if (now - lookNanos >= LOOK_NANOS) {
      lookNanos = now;
      live.forEach(this::endIfStalled);
      behind.forEach(this::endIfStalled);
      queuedBytes = queuedBytes(live) + queuedBytes(behind);
    }
  }

  private static long queuedBytes(List<Watcher> watchers) {
    return watchers.stream().mapToLong(watcher -> watcher.queue().bytes()).sum();
  }

  /** Pins what has been told some time ago, for those who come back. */
  private void keep() {
    long now = System.nanoTime();
    long resume = settings.resume().toNanos();
    SortedMap<Integer, Long> known = new TreeMap<>(told);
    // A partition that has just been opened is told from its beginning.
    collection.shards().forEach(shard -> known.putIfAbsent(shard.partition(), 0L));
    if (!kept.isEmpty()
        && now - kept.getLast().nanos() < resume / KEPT_POSITIONS
        && known.size() == kept.getLast().partitions()) {
      return;
    }
    try {
      kept.addLast(new Kept(collection.changes(known, changes.incarnations()), known.size(), now));
    } catch (PositionUnavailableException gone) {
      // Those who watch hear of it when it is read.
      return;
    }
    // The oldest goes when the next one is as old as need be.
    for (Kept oldest = kept.removeFirst(); ; oldest = kept.removeFirst()) {
      if (kept.isEmpty() || now - kept.getFirst().nanos() < resume) {
        kept.addFirst(oldest);
        return;
      }
      oldest.changes().close();
    }
  }

  private void endIfStalled(Watcher watcher) {
    if (watcher.queue().stalledNanos() > settings.maxStall().toNanos()) {
      watcher.ends(
          WatchEnd.SLOW_WATCHER,
          "no event was taken for "
              + settings.maxStall().toMillis()
              + " ms; go on with the id of the last event");
    }
  }

  /**
   * What a failure means to watchers.
   *
   * @param end why they end
   * @param detail what they are told
   */
  private record Failure(WatchEnd end, String detail) {
    static Failure of(String collection, Throwable failure) {
      return switch (failure) {
        case PositionUnavailableException gone ->
            new Failure(
                WatchEnd.POSITION_GONE,
                gone.getMessage()
                    + "; begin anew, without a position, and then search or export what there is");
        case CorruptFileException damage -> {
          LOG.error("changes of {} cannot be told", collection, damage);
          yield new Failure(WatchEnd.STORAGE_DAMAGED, String.valueOf(damage.getMessage()));
        }
        default -> {
          LOG.error("changes of {} cannot be told", collection, failure);
          yield new Failure(WatchEnd.INTERNAL, "an unexpected failure; the server's log has it");
        }
      };
    }
  }
}
