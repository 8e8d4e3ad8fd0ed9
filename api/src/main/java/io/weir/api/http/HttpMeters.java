package io.weir.api.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Times requests by route, method and status. No tag carries anything that a client can make up.
 */
final class HttpMeters {

  /** Route of a request whose path is unknown. */
  static final String NO_ROUTE = "none";

  /** Status of a request whose client went away before it was answered. */
  static final String CANCELLED = "cancelled";

  /** Method of a request whose first lines could not be read. */
  static final String UNREADABLE = "unreadable";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", UNREADABLE);

  private final MeterRegistry registry;
  private final MeterProvider<Timer> requests;
  private final AtomicInteger inFlight = new AtomicInteger();

  HttpMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("weir.http.in.flight", inFlight, AtomicInteger::get)
        .description("Requests whose answers have not gone out")
        .strongReference(true)
        .register(registry);
    requests =
        Timer.builder("weir.http.requests")
            .description("Time from a request's headers to the end of its answer")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10))
            .withRegistry(registry);
  }

  /** Registers the number of connections that are open, and how many may be. */
  void connections(IntSupplier open, int most) {
    Gauge.builder("weir.http.connections", open, IntSupplier::getAsInt)
        .description("Connections that are open")
        .strongReference(true)
        .register(registry);
    Gauge.builder("weir.http.connections.limit", () -> most)
        .description("The most that may be")
        .strongReference(true)
        .register(registry);
  }

  /**
   * Counts connections that are closed at once.
   *
   * @param limit which limit they are beyond
   */
  Counter refusedConnections(String limit) {
    return Counter.builder("weir.http.connections.refused")
        .description("Connections that were closed at once, for there were as many as there may be")
        .tag("limit", limit)
        .register(registry);
  }

  /** Registers what bodies or answers hold, and how much they may. */
  void held(HeldBytes held) {
    Gauge.builder("weir.http.held", held, HeldBytes::heldBytes)
        .description(
            "Memory of large request bodies, and of large answers that clients have not read")
        .baseUnit("bytes")
        .tag("what", held.what())
        .strongReference(true)
        .register(registry);
    Gauge.builder("weir.http.held.limit", held, HeldBytes::mostBytes)
        .description("The most that it may be")
        .baseUnit("bytes")
        .tag("what", held.what())
        .strongReference(true)
        .register(registry);
  }

  /** A request has come. */
  void begun() {
    inFlight.incrementAndGet();
  }

  /** Its answer has gone out, or nobody is left to be answered. */
  void ended() {
    inFlight.decrementAndGet();
  }

  void answered(String method, String route, String status, long nanos) {
    String known = METHODS.contains(method) ? method : "other";
    requests
        .withTags(Tags.of("method", known, "route", route, "status", status))
        .record(nanos, TimeUnit.NANOSECONDS);
  }
}
