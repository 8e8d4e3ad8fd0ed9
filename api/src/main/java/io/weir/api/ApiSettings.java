package io.weir.api;

import io.weir.api.access.SecuritySettings;
import io.weir.api.observe.RequestLogs;
import java.time.Duration;

/**
 * How the API listens, and what clients may use up.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 takes any free one
 * @param maxBodyBytes largest request body, at least 1
 * @param maxConnections connections at a time, at least 1; further ones are closed at once
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
    positive("searchThreads", searchThreads);
    positive("searchQueue", searchQueue);
    positive("deadline", deadline);
    positive("checkpointDeadline", checkpointDeadline);
    positive("bodyTimeout", bodyTimeout);
    positive("idleTimeout", idleTimeout);
    positive("drainTimeout", drainTimeout);
  }

  /**
   * Loopback port 8080; bodies of 1 MiB; 2,000 connections; a search a core, 64 waiting; 10 seconds
   * a request, 5 minutes a checkpoint.
   */
  public static ApiSettings defaults() {
    return new ApiSettings(
        "127.0.0.1",
        8080,
        1 << 20,
        2_000,
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
    return new ApiSettings(
        newHost,
        newPort,
        maxBodyBytes,
        maxConnections,
        searchThreads,
        searchQueue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        logs,
        watches,
        qdrant,
        security);
  }

  /** Returns these settings with another number of connections at a time. */
  public ApiSettings withMaxConnections(int most) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        most,
        searchThreads,
        searchQueue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        logs,
        watches,
        qdrant,
        security);
  }

  /** Returns these settings with another number of searches at a time and waiting. */
  public ApiSettings withSearches(int threads, int queue) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        threads,
        queue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        logs,
        watches,
        qdrant,
        security);
  }

  /** Returns these settings with another deadline of a request. */
  public ApiSettings withDeadline(Duration newDeadline) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        searchThreads,
        searchQueue,
        newDeadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        logs,
        watches,
        qdrant,
        security);
  }

  /** Returns these settings with other limits of views. */
  public ApiSettings withViews(ViewSettings newViews) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        searchThreads,
        searchQueue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        newViews,
        logs,
        watches,
        qdrant,
        security);
  }

  /** Returns these settings with other logs of requests. */
  public ApiSettings withLogs(RequestLogs newLogs) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        searchThreads,
        searchQueue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        newLogs,
        watches,
        qdrant,
        security);
  }

  /** Returns these settings with other limits of clients that watch. */
  public ApiSettings withWatches(WatchSettings newWatches) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        searchThreads,
        searchQueue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        logs,
        newWatches,
        qdrant,
        security);
  }

  /** Returns these settings with another way of reading for clients of Qdrant. */
  public ApiSettings withQdrant(QdrantSettings newQdrant) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        searchThreads,
        searchQueue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        logs,
        watches,
        newQdrant,
        security);
  }

  /** Returns these settings with another protection. */
  public ApiSettings withSecurity(SecuritySettings newSecurity) {
    return new ApiSettings(
        host,
        port,
        maxBodyBytes,
        maxConnections,
        searchThreads,
        searchQueue,
        deadline,
        checkpointDeadline,
        bodyTimeout,
        idleTimeout,
        drainTimeout,
        views,
        logs,
        watches,
        qdrant,
        newSecurity);
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
