package io.weir.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.api.http.HttpEndpoint;
import io.weir.api.http.HttpLimits;
import io.weir.api.http.Route;
import io.weir.api.http.Router;
import io.weir.api.observe.Observer;
import io.weir.storage.VectorStore;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
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

  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);

  /** A body that is read takes up to three times its length. */
  private static final int HEAP_TO_BODIES = 8;

  private static final int HEAP_TO_ANSWERS = 4;

  private final ApiSettings settings;
  private final ServedRoutes served;
  private final ServerSecurity security;
  private final HttpEndpoint endpoint;
  private final AtomicBoolean stopped = new AtomicBoolean();

  private ApiServer(
      ApiSettings settings, ServedRoutes served, ServerSecurity security, HttpEndpoint endpoint) {
    this.settings = settings;
    this.served = served;
    this.security = security;
    this.endpoint = endpoint;
  }

  /**
   * As {@link #start(ApiSettings, VectorStore, FeedStatus, FeedControl, PrometheusMeterRegistry,
   * OpenTelemetry)}, with feeds that take no orders, and without spans.
   */
  public static ApiServer start(
      ApiSettings settings, VectorStore store, FeedStatus feeds, PrometheusMeterRegistry meters)
      throws IOException {
    return start(settings, store, feeds, FeedControl.none(), meters, OpenTelemetry.noop());
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
   * @param telemetry makes the spans of requests; {@link OpenTelemetry#noop()} for none
   * @throws BindException if the port is taken; nothing is left running then
   * @throws IOException if the address cannot be bound for another reason, or if a file of keys or
   *     certificates cannot be used
   */
  public static ApiServer start(
      ApiSettings settings,
      VectorStore store,
      FeedStatus feeds,
      FeedControl control,
      PrometheusMeterRegistry meters,
      OpenTelemetry telemetry)
      throws IOException {
    ServerSecurity security = ServerSecurity.start(settings.security(), meters);
    ServedRoutes served;
    try {
      served = new ServedRoutes(settings, store, feeds, control, meters);
    } catch (IOException | RuntimeException e) {
      security.close();
      throw e;
    }
    try {
      HttpEndpoint endpoint =
          HttpEndpoint.start(
              settings.host(),
              settings.port(),
              limits(settings),
              new Router(served.all(), served.family()),
              security.security(),
              meters,
              new Observer(telemetry, settings.logs()));
      LOG.info("listening on {}", endpoint.address());
      return new ApiServer(settings, served, security, endpoint);
    } catch (IOException e) {
      served.close();
      security.close();
      throw e;
    }
  }

  private static HttpLimits limits(ApiSettings settings) {
    long heap = Runtime.getRuntime().maxMemory();
    return new HttpLimits(
        settings.maxBodyBytes(),
        heap / HEAP_TO_BODIES,
        heap / HEAP_TO_ANSWERS,
        settings.maxConnections(),
        settings.maxConnectionsPerAddress(),
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
    served.announceStop();
  }

  /**
   * Stops: not ready any more, watchers told so, no new connections, requests in flight get their
   * answers as long as {@link ApiSettings#drainTimeout} allows, then everything is closed. Returns
   * when nothing reads the store any more, or after a bound. Further calls do nothing.
   */
  public void stop() {
    if (!stopped.compareAndSet(false, true)) {
      return;
    }
    announceStop();
    served.endStreams();
    endpoint.drain(settings.drainTimeout());
    served.stopWork();
    endpoint.close();
    served.close();
    security.close();
    LOG.info("stopped");
  }

  /** What is served. */
  List<Route> routes() {
    return served.all();
  }

  @Override
  public void close() {
    stop();
  }
}
