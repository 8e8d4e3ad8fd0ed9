package io.weir.api.search;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weir.api.work.WorkerPool;
import java.time.Duration;

/** Times searches that were answered, and counts those that run and wait. */
public final class SearchMeters {

  private final MeterProvider<Timer> searches;

  /** Registers them. */
  public SearchMeters(MeterRegistry registry, WorkerPool pool) {
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
    Gauge.builder("weir.search.running", pool, WorkerPool::running)
        .description("Searches at work")
        .register(registry);
    Gauge.builder("weir.search.queued", pool, WorkerPool::queued)
        .description("Searches that wait for a thread")
        .register(registry);
  }

  void searched(String collection, Duration took) {
    searches.withTags(Tags.of("collection", collection)).record(took);
  }
}
