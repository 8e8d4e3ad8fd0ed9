package io.weir.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.storage.ScrubReport;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Gauges of what the store has found by reading its files again. */
final class ScrubMeters {
  private static final double MILLIS_PER_SECOND = 1_000;

  private ScrubMeters() {}

  static void bind(MeterRegistry registry, Supplier<ScrubReport> reports) {
    gauge(reports, "weir.scrub.damaged", "Damaged places in files", ScrubReport::damaged)
        .register(registry);
    gauge(reports, "weir.scrub.passes", "Passes over all files", ScrubReport::passes)
        .register(registry);
    gauge(reports, "weir.scrub.read", "Read by scrubbing", ScrubReport::bytesRead)
        .baseUnit("bytes")
        .register(registry);
    gauge(
            reports,
            "weir.scrub.finished",
            "When the last pass ended, since the epoch",
            report -> report.lastFinished().map(ScrubMeters::seconds).orElse(Double.NaN))
        .baseUnit("seconds")
        .register(registry);
  }

  private static Gauge.Builder<Supplier<ScrubReport>> gauge(
      Supplier<ScrubReport> reports,
      String name,
      String what,
      ToDoubleFunction<ScrubReport> figure) {
    return Gauge.builder(name, reports, source -> figure.applyAsDouble(source.get()))
        .description(what)
        .strongReference(true);
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / MILLIS_PER_SECOND;
  }
}
