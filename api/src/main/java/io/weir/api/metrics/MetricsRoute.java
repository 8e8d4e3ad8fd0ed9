package io.weir.api.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.FeedStatus;
import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.http.WholeAnswer;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorStore;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Answers a scrape with everything that is in the registry. */
public final class MetricsRoute implements AutoCloseable {

  private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final WorkerPool scrapes;
  private final StoreMeters storeMeters;
  private final ShardGauges shardGauges;
  private final BackgroundTimers timers;
  private final JvmGcMetrics gc = new JvmGcMetrics();

  /** Binds the meters of store, feeds and JVM; scrapes on this pool. */
  public MetricsRoute(
      PrometheusMeterRegistry registry, VectorStore store, FeedStatus feeds, WorkerPool scrapes) {
    this.registry = registry;
    this.scrapes = scrapes;
    StatsSampler sampler = new StatsSampler(store::stats, System::nanoTime);
    this.storeMeters = new StoreMeters(registry, sampler);
    this.shardGauges = new ShardGauges(registry, sampler, feeds);
    this.timers = new BackgroundTimers(registry, store);
    timers.begin();
    TotalsMeters.bind(registry, store::totals);
    ScrubMeters.bind(registry, store::scrubReport);
    CheckpointMeters.bind(registry, store::checkpointTimes);
    gc.bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new JvmInfoMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** The route. */
  public Route route() {
    return Route.get("/metrics", this::scrape).producing(TEXT_FORMAT);
  }

  private Mono<Answer> scrape(Request request) {
    return scrapes.run(_ -> {
      storeMeters.bindCollections();
      shardGauges.refresh();
      byte[] text = registry.scrape(TEXT_FORMAT).getBytes(StandardCharsets.UTF_8);
      return new WholeAnswer(200, TEXT_FORMAT, text, Map.of());
    });
  }

  /** Stops listening for garbage collections and to the store. The meters stay in the registry. */
  @Override
  public void close() {
    gc.close();
    timers.close();
  }
}
