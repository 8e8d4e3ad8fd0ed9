package io.weir.api.http;

import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Times requests by route, method and status. No tag carries anything that a client can make up.
 */
final class HttpMeters {

  /** Route of a request whose path is unknown. */
  static final String NO_ROUTE = "none";

  /** Status of a request whose client went away before it was answered. */
  static final String CANCELLED = "cancelled";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");

  private final MeterProvider<Timer> requests;

  HttpMeters(MeterRegistry registry) {
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

  void answered(String method, String route, String status, long nanos) {
    String known = METHODS.contains(method) ? method : "other";
    requests
        .withTags(Tags.of("method", known, "route", route, "status", status))
        .record(nanos, TimeUnit.NANOSECONDS);
  }
}
