package io.weir.api.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.api.view.HeldViews;
import io.weir.api.work.WorkerPool;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Meters of what is done for clients: work in pools, and views that are held for them. */
public final class WorkMeters {

  private final MeterRegistry registry;

  private WorkMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Registers them. */
  public static void bind(MeterRegistry registry, List<WorkerPool> pools, List<HeldViews> views) {
    WorkMeters meters = new WorkMeters(registry);
    pools.forEach(meters::pool);
    views.forEach(meters::held);
  }

  private void pool(WorkerPool pool) {
    gauge("weir.work.running", "Work that threads are at", pool, WorkerPool::running);
    gauge("weir.work.queued", "Work that waits for a thread", pool, WorkerPool::queued);
    count(
        "weir.work.refused",
        "Work that no queue had room for, or that had waited too long in one that stands",
        pool,
        WorkerPool::refused);
    count("weir.work.late", "Work that was given up at its deadline", pool, WorkerPool::late);
    count(
        "weir.work.cancelled",
        "Work that was given up, at its deadline or because its client had gone",
        pool,
        WorkerPool::cancelled);
    FunctionTimer.builder(
            "weir.work.wait",
            pool,
            WorkerPool::begun,
            one -> one.waited().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("Time in the queue, of work that was begun")
        .tag("pool", pool.name())
        .register(registry);
  }

  private void gauge(
      String name, String what, WorkerPool pool, ToDoubleFunction<WorkerPool> figure) {
    Gauge.builder(name, pool, figure).description(what).tag("pool", pool.name()).register(registry);
  }

  private void count(
      String name, String what, WorkerPool pool, ToDoubleFunction<WorkerPool> figure) {
    FunctionCounter.builder(name, pool, figure)
        .description(what)
        .tag("pool", pool.name())
        .register(registry);
  }

  private void held(HeldViews views) {
    Gauge.builder("weir.views.held", views, HeldViews::count)
        .description("Views that clients hold; each keeps replaced rows and merged files")
        .tag("kind", views.name())
        .register(registry);
    Gauge.builder("weir.views.limit", views, HeldViews::most)
        .description("The most that they may hold")
        .tag("kind", views.name())
        .register(registry);
    FunctionCounter.builder("weir.views.refused", views, HeldViews::refused)
        .description("Views that were refused, for as many were held as may be")
        .tag("kind", views.name())
        .register(registry);
  }
}
