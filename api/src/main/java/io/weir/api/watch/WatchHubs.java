package io.weir.api.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.api.WatchSettings;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.RetryAfter;
import io.weir.storage.CollectionChanges;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Interest;
import io.weir.storage.query.PositionUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * All who watch: at most so many, and a hub for each collection that is watched.
 *
 * <p><b>Threads:</b> any, but {@link #watch} waits for disks. <b>Ownership:</b> owns hubs, their
 * threads and those who read for watchers that are behind.
 */
public final class WatchHubs implements AutoCloseable {

  private static final String RETRY_AFTER_SECONDS = "5";

  /** They are patient, and must leave a core to others. */
  private static final int READERS = 1;

  /** Connections are closed by then: who is served hears of it at the next turn. */
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final WatchSettings settings;
  private final Semaphore free;
  private final Map<String, WatchHub> hubs = new HashMap<>();
  private final ThreadPoolExecutor readers;
  private final WatchMeters meters;
  private boolean stopping;

  /** Nobody watches yet. */
  public WatchHubs(WatchSettings settings, MeterRegistry registry) {
    this.settings = settings;
    this.free = new Semaphore(settings.watchers());
    // No more wait in its queue than there are watchers.
    this.readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().name("weir-watch-readers").daemon().unstarted(task));
    this.meters = new WatchMeters(registry, this);
  }

  /**
   * Begins to watch.
   *
   * @param since what the client has been told; without it, what changes from now on is told
   * @throws ProblemException {@link ProblemType#OVERLOADED} if as many watch as may, {@link
   *     ProblemType#POSITION_GONE} if it cannot be told any more what has changed since
   */
  Watcher watch(VectorCollection collection, Interest interest, Optional<EventId> since) {
    if (!free.tryAcquire()) {
      meters.refused();
      throw Problem.of(
              ProblemType.OVERLOADED,
              settings.watchers() + " clients watch, which is the limit; try again later")
          .withHeader(RetryAfter.HEADER, RETRY_AFTER_SECONDS)
          .toException();
    }
    try {
      CollectionChanges changes =
          since
              .map(told -> collection.changes(told.nextOffsets(), told.incarnations()))
              .orElseGet(collection::changes);
      String id = EventId.text(changes.position(), changes.incarnations());
      EventQueue queue = new EventQueue(settings.queueEvents(), settings.queueBytes());
      Watcher watcher = new Watcher(collection.schema(), interest, queue, changes);
      SortedMap<Integer, Long> position = watcher.position();
      var _ = queue.offer(WatchEvents.begin(id, position));
      try {
        join(collection, watcher);
      } catch (Throwable e) {
        watcher.closeChanges();
        throw e;
      }
      return watcher;
    } catch (PositionUnavailableException gone) {
      free.release();
      throw Problem.of(
              ProblemType.POSITION_GONE,
              gone.getMessage()
                  + "; begin anew, without a position, and then search or export what there is")
          .withOffsets("oldest", new TreeMap<>(Map.of(gone.partition(), gone.oldest())))
          .toException();
    } catch (Throwable e) {
      free.release();
      throw e;
    }
  }

  private synchronized void join(VectorCollection collection, Watcher watcher) {
    if (stopping) {
      throw Problem.of(ProblemType.STOPPING, "the server is about to stop; ask another one")
          .withHeader(RetryAfter.HEADER, RETRY_AFTER_SECONDS)
          .toException();
    }
    WatchHub hub = hubs.get(collection.name());
    if (hub == null) {
      hub = new WatchHub(collection, settings, meters, readers, new Leaver());
      hubs.put(collection.name(), hub);
      Thread.ofPlatform().name("weir-watch-" + hub.name()).daemon().start(hub);
    }
    hub.add(watcher);
  }

  /** What hubs tell of their watchers. */
  private final class Leaver implements WatchHub.Leaver {
    @Override
    public void left() {
      free.release();
    }

    @Override
    public boolean retires(WatchHub hub) {
      return WatchHubs.this.retires(hub);
    }
  }

  /** A watcher that comes meanwhile keeps its hub. */
  private synchronized boolean retires(WatchHub hub) {
    return hub.hasNoNewcomer() && hubs.remove(hub.name(), hub);
  }

  /** How many watch. */
  int watchers() {
    return settings.watchers() - free.availablePermits();
  }

  /** How many may. */
  int most() {
    return settings.watchers();
  }

  /** How many are told from a position of their own. */
  long catchingUp() {
    return sum(WatchHub::catchingUp);
  }

  /** Bytes of events that wait to be taken. */
  long queuedBytes() {
    return sum(WatchHub::queuedBytes);
  }

  /** Offsets that are visible, and that no watcher has been told of. */
  long lag() {
    return sum(WatchHub::lag);
  }

  private long sum(ToLongFunction<WatchHub> figure) {
    return running().stream().mapToLong(figure).sum();
  }

  private synchronized List<WatchHub> running() {
    return List.copyOf(hubs.values());
  }

  /** Has all watchers told that the server stops; does not wait until they are. */
  public synchronized void stop() {
    stopping = true;
    hubs.values().forEach(WatchHub::stop);
  }

  /** Waits until nobody is served any more, within a bound. */
  @Override
  public void close() {
    stop();
    readers.shutdown();
    try {
      for (WatchHub hub : running()) {
        hub.awaitEnd(CLOSE_BOUND);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
