package io.weir.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.storage.CheckpointTimes;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Gauges of when checkpoints ran and will run. Not a number is a time that there is not. */
final class CheckpointMeters {
  private static final double MILLIS_PER_SECOND = 1_000;

  private CheckpointMeters() {}

  static void bind(MeterRegistry registry, Supplier<CheckpointTimes> times) {
    timestamp(
        registry,
        "weir.checkpoint.last.success.timestamp",
        "When the last checkpoint without a failure ended, since the epoch",
        () -> times.get().lastSucceeded());
    timestamp(
        registry,
        "weir.checkpoint.next.timestamp",
        "When the next scheduled checkpoint begins, since the epoch",
        () -> times.get().next());
  }

  private static void timestamp(
      MeterRegistry registry, String name, String what, Supplier<Optional<Instant>> time) {
    Gauge.builder(
            name, time, source -> source.get().map(CheckpointMeters::seconds).orElse(Double.NaN))
        .description(what)
        .baseUnit("seconds")
        .strongReference(true)
        .register(registry);
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / MILLIS_PER_SECOND;
  }
}
