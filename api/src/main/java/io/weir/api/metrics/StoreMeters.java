package io.weir.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Gauges of the store: the hot budget, and for each collection its rows and bytes.
 *
 * <p><b>Threads:</b> any that may wait: reading a gauge may take a sample of the store.
 */
final class StoreMeters {

  private final MeterRegistry registry;
  private final StatsSampler sampler;
  private final Set<String> bound = ConcurrentHashMap.newKeySet();

  StoreMeters(MeterRegistry registry, StatsSampler sampler) {
    this.registry = registry;
    this.sampler = sampler;
    store("weir.hot.limit", "Budget of the hot buffers", StoreStats::hotLimitBytes);
    store("weir.hot.allocated", "Held by the hot buffers", StoreStats::hotAllocatedBytes);
    bindCollections();
  }

  /** Adds gauges for collections that have been declared since. */
  void bindCollections() {
    for (CollectionStats collection : sampler.current().collections()) {
      if (bound.add(collection.name())) {
        bind(collection.name());
      }
    }
  }

  private void bind(String name) {
    rows(name, "weir.rows.live", "Rows that a query can find", ShardStats::liveRows);
    rows(name, "weir.rows.hot", "Rows that are not durable yet", ShardStats::hotRows);
    rows(name, "weir.rows.dead", "Rows on disk that were replaced", ShardStats::deadRows);
    bytes(
        name,
        "weir.collection.hot.allocated",
        "Held by the collection's hot buffers",
        ShardStats::hotAllocatedBytes);
    bytes(name, "weir.disk", "Lengths of the collection's files", ShardStats::diskBytes);
    bytes(name, "weir.mapped", "Mapped of the collection's files", ShardStats::mappedBytes);
  }

  private void store(String name, String description, ToDoubleFunction<StoreStats> figure) {
    Gauge.builder(name, sampler, sample -> figure.applyAsDouble(sample.current()))
        .baseUnit("bytes")
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private void rows(
      String collection, String name, String description, ToLongFunction<ShardStats> figure) {
    gauge(collection, name, description, figure).register(registry);
  }

  private void bytes(
      String collection, String name, String description, ToLongFunction<ShardStats> figure) {
    gauge(collection, name, description, figure).baseUnit("bytes").register(registry);
  }

  private Gauge.Builder<StatsSampler> gauge(
      String collection, String name, String description, ToLongFunction<ShardStats> figure) {
    return Gauge.builder(name, sampler, sample -> sum(sample.current(), collection, figure))
        .tag("collection", collection)
        .description(description)
        .strongReference(true);
  }

  /** Not a number once the collection is gone. */
  private static double sum(
      StoreStats stats, String collection, ToLongFunction<ShardStats> figure) {
    return stats.collections().stream()
        .filter(candidate -> candidate.name().equals(collection))
        .findFirst()
        .map(found -> (double) found.shards().stream().mapToLong(figure).sum())
        .orElse(Double.NaN);
  }
}
