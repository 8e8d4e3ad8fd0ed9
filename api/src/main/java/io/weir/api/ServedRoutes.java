package io.weir.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.checkpoint.CheckpointRoutes;
import io.weir.api.collection.Catalogue;
import io.weir.api.collection.CollectionRoutes;
import io.weir.api.collection.GetMeters;
import io.weir.api.collection.ManyVectorsRoute;
import io.weir.api.collection.VectorRoute;
import io.weir.api.export.ExportMeters;
import io.weir.api.export.ExportRoute;
import io.weir.api.http.PathFamily;
import io.weir.api.http.Route;
import io.weir.api.metrics.MetricsRoute;
import io.weir.api.metrics.WorkMeters;
import io.weir.api.position.PositionWait;
import io.weir.api.qdrant.QdrantReads;
import io.weir.api.search.BatchRoute;
import io.weir.api.search.SearchMeters;
import io.weir.api.search.SearchRoute;
import io.weir.api.status.ContractRoute;
import io.weir.api.status.HealthRoutes;
import io.weir.api.status.IndexRoute;
import io.weir.api.status.ResumeRoute;
import io.weir.api.status.StatsRoute;
import io.weir.api.view.HeldViews;
import io.weir.api.watch.WatchHubs;
import io.weir.api.watch.WatchRoute;
import io.weir.api.work.QueueTarget;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All routes, and what they work with: pools, views that clients hold, and those who watch.
 *
 * <p><b>Ownership:</b> owns pools, views, hubs and timers; borrows store and feeds.
 */
final class ServedRoutes implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServedRoutes.class);

  /** Reads are short, but each may wait for the disk: more of them than cores. */
  private static final int READ_THREADS = 8;

  private static final int READ_QUEUE = 256;

  /** Reads of every kind share a pool, so what one takes says little of what another may wait. */
  private static final QueueTarget READ_TARGET =
      new QueueTarget(Duration.ofMillis(100), Duration.ofMillis(100));

  /** No shorter than pauses that have nothing to do with load, no longer than people wait. */
  private static final QueueTarget SEARCH_TARGET =
      new QueueTarget(Duration.ofMillis(20), Duration.ofMillis(100));

  /** Whoever watches the server must see it when all other work has to wait. */
  private static final int SCRAPE_THREADS = 1;

  private static final int SCRAPE_QUEUE = 8;

  /** Exports are patient, and must leave a core to others. */
  private static final int EXPORT_THREADS = 2;

  /** An export that nobody has begun to read by then never will be. */
  private static final Duration EXPORT_BEGIN_BOUND = Duration.ofSeconds(15);

  /** A search looks at its flag every few thousand rows. */
  private static final Duration POOL_STOP_BOUND = Duration.ofSeconds(5);

  private final WorkerPool reads;
  private final WorkerPool searches;
  private final WorkerPool exports;
  private final WorkerPool scrapes;
  private final PositionWait wait = new PositionWait();
  private final HeldViews cursorViews;
  private final HeldViews exportViews;
  private final WatchHubs watches;
  private final HealthRoutes health;
  private final MetricsRoute metrics;
  private final Optional<QdrantReads> qdrant;
  private final List<Route> routes = new ArrayList<>();

  ServedRoutes(
      ApiSettings settings,
      VectorStore store,
      FeedStatus feeds,
      FeedControl control,
      PrometheusMeterRegistry meters)
      throws IOException {
    ViewSettings views = settings.views();
    reads = new WorkerPool("reads", READ_THREADS, READ_QUEUE, settings.deadline(), READ_TARGET);
    searches =
        new WorkerPool(
            "searches",
            settings.searchThreads(),
            settings.searchQueue(),
            settings.deadline(),
            SEARCH_TARGET);
    exports =
        new WorkerPool(
            "exports", EXPORT_THREADS, EXPORT_THREADS + views.exports(), settings.deadline());
    scrapes = new WorkerPool("scrapes", SCRAPE_THREADS, SCRAPE_QUEUE, settings.deadline());
    cursorViews =
        new HeldViews("cursors", views.cursors(), views.cursorIdle(), views.cursorMaxAge());
    exportViews =
        new HeldViews("exports", views.exports(), EXPORT_BEGIN_BOUND, views.exportMaxAge());
    watches = new WatchHubs(settings.watches(), meters);
    health = new HealthRoutes(feeds, meters);
    metrics = new MetricsRoute(meters, store, feeds, scrapes);
    WorkMeters.bind(
        meters, List.of(searches, reads, exports, scrapes), List.of(cursorViews, exportViews));
    Catalogue catalogue = new Catalogue(store);
    SearchMeters searchMeters = new SearchMeters(meters);
    GetMeters getMeters = new GetMeters(meters);
    ExportMeters exportMeters = new ExportMeters(meters);

    String version = Packaged.version();
    qdrant =
        Optional.of(settings.qdrant())
            .filter(QdrantSettings::enabled)
            .map(enabled ->
                new QdrantReads(
                    enabled.ids(),
                    version,
                    store,
                    feeds,
                    reads,
                    searches,
                    wait,
                    searchMeters,
                    getMeters));
    routes.add(
        new IndexRoute(version, request -> qdrant.flatMap(_ -> QdrantReads.greeting(request)))
            .route());
    routes.add(new ContractRoute(Packaged.contract()).route());
    routes.addAll(new CollectionRoutes(store, catalogue, reads).routes());
    routes.add(new VectorRoute(catalogue, feeds, reads, wait, getMeters).route());
    routes.add(new ManyVectorsRoute(catalogue, feeds, reads, wait, getMeters).route());
    routes.add(
        new SearchRoute(catalogue, feeds, searches, wait, cursorViews, searchMeters).route());
    routes.add(new BatchRoute(catalogue, feeds, searches, wait, searchMeters).route());
    routes.add(
        new ExportRoute(catalogue, feeds, reads, exports, wait, exportViews, exportMeters).route());
    routes.add(new WatchRoute(catalogue, reads, watches).route());
    routes.addAll(new CheckpointRoutes(store, reads, settings.checkpointDeadline()).routes());
    routes.add(new StatsRoute(store, feeds, reads, cursorViews, exportViews).route());
    routes.add(new ResumeRoute(control, reads).route());
    routes.addAll(health.routes());
    Route scrape = metrics.route();
    routes.add(settings.security().openMetrics() ? scrape.open() : scrape);
    qdrant.ifPresent(some -> routes.addAll(some.routes()));
  }

  List<Route> all() {
    return List.copyOf(routes);
  }

  /** Paths whose problems are told in another API's form. */
  Optional<PathFamily> family() {
    return qdrant.map(QdrantReads::paths);
  }

  /** From now on the server is not ready. */
  void announceStop() {
    health.stopping();
  }

  /** Has the answers end that would go on by themselves. */
  void endStreams() {
    watches.stop();
  }

  /** Takes no work any more, waits for what runs, within a bound, and gives up what is held. */
  void stopWork() {
    stop("searches", searches);
    stop("exports", exports);
    stop("reads", reads);
    stop("scrapes", scrapes);
    watches.close();
    cursorViews.close();
    exportViews.close();
  }

  private static void stop(String name, WorkerPool pool) {
    try {
      if (!pool.stop(POOL_STOP_BOUND)) {
        LOG.warn("some {} still run after {} ms", name, POOL_STOP_BOUND.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    wait.close();
    watches.close();
    cursorViews.close();
    exportViews.close();
    metrics.close();
  }
}
