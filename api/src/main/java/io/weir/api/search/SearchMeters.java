package io.weir.api.search;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Times searches that were answered, and counts the rows that they scored. */
public final class SearchMeters {

  private final MeterProvider<Timer> searches;
  private final MeterProvider<Counter> rows;

  /** Registers them. */
  public SearchMeters(MeterRegistry registry) {
    searches =
        Timer.builder("weir.search")
            .description("Time in the store of searches that were answered")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10))
            .withRegistry(registry);
    rows =
        Counter.builder("weir.search.rows")
            .description("Rows that were scored for searches that were answered")
            .withRegistry(registry);
  }

  /** A search was answered. */
  public void searched(String collection, Duration took, long scoredRows) {
    Tags tags = Tags.of("collection", collection);
    searches.withTags(tags).record(took);
    rows.withTags(tags).increment((double) scoredRows);
  }
}
