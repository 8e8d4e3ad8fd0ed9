package io.weir.api.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.storage.CheckpointReport;
import io.weir.storage.CheckpointReport.Trigger;
import io.weir.storage.StoreListener;
import io.weir.storage.VectorStore;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Times each checkpoint and each merge of a store, from now until it is closed.
 *
 * <p><b>Threads:</b> any.
 */
final class BackgroundTimers implements StoreListener, AutoCloseable {

  private final VectorStore store;
  private final Map<Trigger, Timer> checkpoints = new EnumMap<>(Trigger.class);
  private final Timer merges;

  BackgroundTimers(MeterRegistry registry, VectorStore store) {
    this.store = store;
    for (Trigger trigger : Trigger.values()) {
      checkpoints.put(
          trigger,
          Timer.builder("weir.checkpoint")
              .description("Time of checkpoints that wrote something or failed")
              .tag("trigger", trigger.name().toLowerCase(Locale.ROOT))
              .serviceLevelObjectives(
                  Duration.ofMillis(10),
                  Duration.ofMillis(50),
                  Duration.ofMillis(200),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(20),
                  Duration.ofMinutes(1))
              .register(registry));
    }
    merges =
        Timer.builder("weir.merge")
            .description("Time of merges, those that failed included")
            .serviceLevelObjectives(
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5))
            .register(registry);
  }

  /** Begins to listen. */
  void begin() {
    store.addListener(this);
  }

  @Override
  public void checkpointed(CheckpointReport report) {
    Objects.requireNonNull(checkpoints.get(report.trigger())).record(report.took());
  }

  @Override
  public void merged(Duration took) {
    merges.record(took);
  }

  @Override
  public void close() {
    store.removeListener(this);
  }
}
