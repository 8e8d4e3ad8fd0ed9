package io.weir.api;

import io.weir.api.access.SecuritySettings;
import io.weir.api.observe.RequestLogs;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How the API listens, and what clients may use up.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 takes any free one
 * @param maxBodyBytes largest request body, at least 1
 * @param maxConnections connections at a time, at least 1; further ones are closed at once
 * @param maxConnectionsPerAddress connections of one remote address at a time, likewise; a network
 *     of 64 bits of IPv6 is one; 0 for as many as there may be
 * @param searchThreads searches that run at a time, at least 1
 * @param searchQueue searches that wait, at least 1; further ones are refused with 503, and so are
 *     those that have waited too long in a queue that does not drain
 * @param deadline longest time of a request in queue and at work together
 * @param checkpointDeadline longest time that a request waits for its checkpoint
 * @param bodyTimeout longest time from a request's headers to the end of its body
 * @param idleTimeout longest time that a connection stays open without a request
 * @param drainTimeout longest time that stopping waits for requests in flight
 * @param views views that clients may hold
 * @param logs which requests are logged
 * @param watches clients that watch
 * @param qdrant how clients of Qdrant read
 * @param security who may ask, and how connections are protected
 */
public record ApiSettings(
    String host,
    int port,
    int maxBodyBytes,
    int maxConnections,
    int maxConnectionsPerAddress,
    int searchThreads,
    int searchQueue,
    Duration deadline,
    Duration checkpointDeadline,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration drainTimeout,
    ViewSettings views,
    RequestLogs logs,
    WatchSettings watches,
    QdrantSettings qdrant,
    SecuritySettings security) {

  private static final int MAX_PORT = 65_535;

  /** Checks the ranges. */
  public ApiSettings {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port is " + port + "; allowed are 0 to " + MAX_PORT);
    }
    positive("maxBodyBytes", maxBodyBytes);
    positive("maxConnections", maxConnections);
    if (maxConnectionsPerAddress < 0) {
      throw new IllegalArgumentException(
          "maxConnectionsPerAddress is " + maxConnectionsPerAddress + "; allowed are 0 and more");
    }
    positive("searchThreads", searchThreads);
    positive("searchQueue", searchQueue);
    positive("deadline", deadline);
    positive("checkpointDeadline", checkpointDeadline);
    positive("bodyTimeout", bodyTimeout);
    positive("idleTimeout", idleTimeout);
    positive("drainTimeout", drainTimeout);
  }

  /**
   * Loopback port 8080; bodies of 1 MiB; 2,000 connections, 1,500 of one address; a search a core,
   * 64 waiting; 10 seconds a request, 5 minutes a checkpoint.
   */
  public static ApiSettings defaults() {
    return new ApiSettings(
        "127.0.0.1",
        8080,
        1 << 20,
        2_000,
        1_500,
        Runtime.getRuntime().availableProcessors(),
        64,
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        ViewSettings.defaults(),
        RequestLogs.defaults(),
        WatchSettings.defaults(),
        QdrantSettings.defaults(),
        SecuritySettings.none());
  }

  /** Returns these settings with another address. */
  public ApiSettings withAddress(String newHost, int newPort) {
    return with(draft -> {
      draft.host = newHost;
      draft.port = newPort;
    });
  }

  /**
   * Returns these settings with another number of connections at a time.
   *
   * @param perAddress of one remote address; 0 for as many as there may be
   */
  public ApiSettings withConnections(int most, int perAddress) {
    return with(draft -> {
      draft.maxConnections = most;
      draft.maxConnectionsPerAddress = perAddress;
    });
  }

  /** Returns these settings with another number of searches at a time and waiting. */
  public ApiSettings withSearches(int threads, int queue) {
    return with(draft -> {
      draft.searchThreads = threads;
      draft.searchQueue = queue;
    });
  }

  /** Returns these settings with another deadline of a request. */
  public ApiSettings withDeadline(Duration newDeadline) {
    return with(draft -> draft.deadline = newDeadline);
  }

  /** Returns these settings with other limits of views. */
  public ApiSettings withViews(ViewSettings newViews) {
    return with(draft -> draft.views = newViews);
  }

  /** Returns these settings with other logs of requests. */
  public ApiSettings withLogs(RequestLogs newLogs) {
    return with(draft -> draft.logs = newLogs);
  }

  /** Returns these settings with other limits of clients that watch. */
  public ApiSettings withWatches(WatchSettings newWatches) {
    return with(draft -> draft.watches = newWatches);
  }

  /** Returns these settings with another way of reading for clients of Qdrant. */
  public ApiSettings withQdrant(QdrantSettings newQdrant) {
    return with(draft -> draft.qdrant = newQdrant);
  }

  /** Returns these settings with another protection. */
  public ApiSettings withSecurity(SecuritySettings newSecurity) {
    return with(draft -> draft.security = newSecurity);
  }

  private ApiSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** What a copy may differ in: the one place that names all components. */
  private static final class Draft {
    private final ApiSettings before;
    private String host;
    private int port;
    private int maxConnections;
    private int maxConnectionsPerAddress;
    private int searchThreads;
    private int searchQueue;
    private Duration deadline;
    private ViewSettings views;
    private RequestLogs logs;
    private WatchSettings watches;
    private QdrantSettings qdrant;
    private SecuritySettings security;

    Draft(ApiSettings before) {
      this.before = before;
      this.host = before.host;
      this.port = before.port;
      this.maxConnections = before.maxConnections;
      this.maxConnectionsPerAddress = before.maxConnectionsPerAddress;
      this.searchThreads = before.searchThreads;
      this.searchQueue = before.searchQueue;
      this.deadline = before.deadline;
      this.views = before.views;
      this.logs = before.logs;
      this.watches = before.watches;
      this.qdrant = before.qdrant;
      this.security = before.security;
    }

    ApiSettings settings() {
      return new ApiSettings(
          host,
          port,
          before.maxBodyBytes,
          maxConnections,
          maxConnectionsPerAddress,
          searchThreads,
          searchQueue,
          deadline,
          before.checkpointDeadline,
          before.bodyTimeout,
          before.idleTimeout,
          before.drainTimeout,
          views,
          logs,
          watches,
          qdrant,
          security);
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed are 1 and more");
    }
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed are times above zero");
    }
  }
}
