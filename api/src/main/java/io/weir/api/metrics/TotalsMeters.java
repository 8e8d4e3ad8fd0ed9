package io.weir.api.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.storage.CheckpointReport.Trigger;
import io.weir.storage.StoreTotals;
import io.weir.storage.StoreTotals.CheckpointTotals;
import io.weir.storage.StoreTotals.MergeTotals;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Meters of what the store's background work has come to: checkpoints, merges, passes. */
final class TotalsMeters {

  private static final @Nullable String NO_UNIT = null;

  private final MeterRegistry registry;
  private final Supplier<StoreTotals> totals;

  private TotalsMeters(MeterRegistry registry, Supplier<StoreTotals> totals) {
    this.registry = registry;
    this.totals = totals;
  }

  static void bind(MeterRegistry registry, Supplier<StoreTotals> totals) {
    TotalsMeters meters = new TotalsMeters(registry, totals);
    for (Trigger trigger : Trigger.values()) {
      meters.checkpoints(trigger);
    }
    meters.merges();
    meters.passes();
  }

  private void checkpoints(Trigger trigger) {
    checkpoint(
        trigger,
        "weir.checkpoint.failures",
        "Checkpoints with a shard that failed",
        NO_UNIT,
        c -> c.failures());
    checkpoint(
        trigger, "weir.checkpoint.rows", "Rows that checkpoints wrote", NO_UNIT, c -> c.rows());
    checkpoint(
        trigger,
        "weir.checkpoint.dead.marks",
        "Older rows that these replaced",
        NO_UNIT,
        c -> c.deadMarks());
    checkpoint(
        trigger,
        "weir.checkpoint.written",
        "Appended to files by checkpoints",
        "bytes",
        c -> c.bytes());
  }

  private void checkpoint(
      Trigger trigger,
      String name,
      String what,
      @Nullable String unit,
      ToLongFunction<CheckpointTotals> figure) {
    FunctionCounter.builder(name, totals, source -> figure.applyAsLong(of(source, trigger)))
        .description(what)
        .baseUnit(unit)
        .tag("trigger", trigger.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private static CheckpointTotals of(Supplier<StoreTotals> totals, Trigger trigger) {
    return totals.get().checkpoints().getOrDefault(trigger, CheckpointTotals.NONE);
  }

  private void merges() {
    Gauge.builder("weir.merge.running", totals, source -> source.get().merges().running() ? 1 : 0)
        .description("1 while files are merged")
        .strongReference(true)
        .register(registry);
    merge("weir.merge.failures", "Merges that came to nothing", NO_UNIT, MergeTotals::failures);
    merge("weir.merge.kept.rows", "Rows that merges copied", NO_UNIT, MergeTotals::keptRows);
    merge(
        "weir.merge.dropped.rows",
        "Dead rows that they did not",
        NO_UNIT,
        MergeTotals::droppedRows);
    merge("weir.merge.read", "Files that merges replaced", "bytes", MergeTotals::bytesRead);
    merge("weir.merge.written", "Files in their place", "bytes", MergeTotals::bytesWritten);
  }

  private void merge(
      String name, String what, @Nullable String unit, ToLongFunction<MergeTotals> figure) {
    counter(name, what, unit, source -> figure.applyAsLong(source.get().merges()));
  }

  private void passes() {
    counter(
        "weir.search.passes",
        "Ways through rows, which searches share",
        NO_UNIT,
        source -> source.get().passes().passes());
    counter(
        "weir.search.pass.searches",
        "Searches that had a place in one",
        NO_UNIT,
        source -> source.get().passes().searches());
  }

  private void counter(
      String name,
      String what,
      @Nullable String unit,
      ToDoubleFunction<Supplier<StoreTotals>> figure) {
    FunctionCounter.builder(name, totals, figure)
        .description(what)
        .baseUnit(unit)
        .register(registry);
  }
}
