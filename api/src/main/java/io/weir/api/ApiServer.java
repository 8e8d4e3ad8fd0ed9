package io.weir.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.checkpoint.CheckpointRoutes;
import io.weir.api.collection.Catalogue;
import io.weir.api.collection.CollectionRoutes;
import io.weir.api.collection.VectorRoute;
import io.weir.api.http.HttpEndpoint;
import io.weir.api.http.HttpLimits;
import io.weir.api.http.Route;
import io.weir.api.http.Router;
import io.weir.api.metrics.MetricsRoute;
import io.weir.api.search.SearchRoute;
import io.weir.api.status.HealthRoutes;
import io.weir.api.status.IndexRoute;
import io.weir.api.status.ResumeRoute;
import io.weir.api.status.StatsRoute;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorStore;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running HTTP API over a store.
 *
 * <p><b>Ownership:</b> borrows store, feeds and registry; stop the server before closing the store.
 * Owns its event loops and pools.
 *
 * <p><b>Threads:</b> any, but {@link #stop} waits: not from an event loop.
 */
public final class ApiServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /** Reads are short, but each may wait for the disk: more of them than cores. */
  private static final int READ_THREADS = 8;

  private static final int READ_QUEUE = 256;
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);

  /** A search looks at its flag every few thousand rows. */
  private static final Duration POOL_STOP_BOUND = Duration.ofSeconds(5);

  private final ApiSettings settings;
  private final WorkerPool reads;
  private final WorkerPool searches;
  private final HealthRoutes health;
  private final MetricsRoute metrics;
  private final HttpEndpoint endpoint;
  private final AtomicBoolean stopped = new AtomicBoolean();

  private ApiServer(
      ApiSettings settings,
      WorkerPool reads,
      WorkerPool searches,
      HealthRoutes health,
      MetricsRoute metrics,
      HttpEndpoint endpoint) {
    this.settings = settings;
    this.reads = reads;
    this.searches = searches;
    this.health = health;
    this.metrics = metrics;
    this.endpoint = endpoint;
  }

  /**
   * As {@link #start(ApiSettings, VectorStore, FeedStatus, FeedControl, PrometheusMeterRegistry)},
   * with feeds that take no orders.
   */
  public static ApiServer start(
      ApiSettings settings, VectorStore store, FeedStatus feeds, PrometheusMeterRegistry meters)
      throws IOException {
    return start(settings, store, feeds, FeedControl.none(), meters);
  }

  /**
   * Binds the address and serves the store.
   *
   * @param settings address and limits
   * @param store what is served
   * @param feeds what is known about the store's feeder
   * @param control tells the feeder what an operator wants
   * @param meters where the API's and the store's meters are registered, and what {@code /metrics}
   *     shows
   * @throws BindException if the port is taken; nothing is left running then
   * @throws IOException if the address cannot be bound for another reason
   */
  public static ApiServer start(
      ApiSettings settings,
      VectorStore store,
      FeedStatus feeds,
      FeedControl control,
      PrometheusMeterRegistry meters)
      throws IOException {
    WorkerPool reads = new WorkerPool("reads", READ_THREADS, READ_QUEUE, settings.deadline());
    WorkerPool searches =
        new WorkerPool(
            "searches", settings.searchThreads(), settings.searchQueue(), settings.deadline());
    Catalogue catalogue = new Catalogue(store);
    HealthRoutes health = new HealthRoutes(feeds);
    MetricsRoute metrics = new MetricsRoute(meters, store, reads);

    List<Route> routes = new ArrayList<>();
    routes.add(new IndexRoute(ApiVersion.read()).route());
    routes.addAll(new CollectionRoutes(store, catalogue, reads).routes());
    routes.add(new VectorRoute(catalogue, reads).route());
    routes.add(new SearchRoute(catalogue, searches, meters).route());
    routes.addAll(new CheckpointRoutes(store, reads, settings.checkpointDeadline()).routes());
    routes.add(new StatsRoute(store, feeds, reads).route());
    routes.add(new ResumeRoute(control, reads).route());
    routes.addAll(health.routes());
    routes.add(metrics.route());

    try {
      HttpEndpoint endpoint =
          HttpEndpoint.start(
              settings.host(), settings.port(), limits(settings), new Router(routes), meters);
      ApiServer server = new ApiServer(settings, reads, searches, health, metrics, endpoint);
      LOG.info("listening on {}", endpoint.address());
      return server;
    } catch (IOException e) {
      metrics.close();
      throw e;
    }
  }

  private static HttpLimits limits(ApiSettings settings) {
    return new HttpLimits(
        settings.maxBodyBytes(),
        settings.maxConnections(),
        settings.bodyTimeout(),
        settings.idleTimeout(),
        WRITE_TIMEOUT);
  }

  /** The port that is listened on. */
  public int port() {
    return endpoint.address().getPort();
  }

  /** The address that is listened on. */
  public InetSocketAddress address() {
    return endpoint.address();
  }

  /**
   * Says under {@code /readyz} that the server is about to stop; everything else goes on. Whoever
   * runs behind a load balancer calls this, gives the balancer time to notice, and then calls
   * {@link #stop}.
   */
  public void announceStop() {
    health.stopping();
  }

  /**
   * Stops: not ready any more, no new connections, requests in flight get their answers as long as
   * {@link ApiSettings#drainTimeout} allows, then everything is closed. Returns when nothing reads
   * the store any more, or after a bound. Further calls do nothing.
   */
  public void stop() {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    announceStop();
    endpoint.drain(settings.drainTimeout());
    stop("searches", searches);
    stop("reads", reads);
    endpoint.close();
    metrics.close();
    LOG.info("stopped");
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
    stop();
  }
}
