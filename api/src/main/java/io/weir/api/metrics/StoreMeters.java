package io.weir.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.storage.Figures;
import io.weir.storage.ProcessStats;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.CollectionStats;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Gauges of the store: the hot budget, for each collection its rows, bytes, files and maps, and
 * what the kernel says of the process. Not a number is what the operating system does not say.
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
    bytes("weir.hot.limit", "Budget of the hot buffers", StoreStats::hotLimitBytes);
    bytes("weir.hot.allocated", "Held by the hot buffers", StoreStats::hotAllocatedBytes);
    bytes("weir.hot.spare", "Kept for the next hot buffer", StoreStats::hotSpareBytes);
    bindProcess();
    bindCollections();
  }

  private void bindProcess() {
    bytes(
        "weir.process.rss.anon",
        "Resident memory of the process that belongs to no file",
        stats -> orNaN(stats.process().rssAnonBytes()));
    bytes(
        "weir.process.rss.file",
        "Resident memory of the process that belongs to mapped files",
        stats -> orNaN(stats.process().rssFileBytes()));
    count("weir.process.open.files", "Open descriptors", ProcessStats::openFiles);
    count("weir.process.maps", "Mapped regions of the process", ProcessStats::maps);
    count("weir.process.maps.limit", "The most that it may have", ProcessStats::mapsLimit);
  }

  /** Adds gauges for collections that have been declared since. */
  void bindCollections() {
    for (CollectionStats collection : sampler.current().collections()) {
      if (bound.add(collection.name())) {
        bindRows(collection.name());
        bindBytes(collection.name());
      }
    }
  }

  private void bindRows(String name) {
    rows(name, "live", "Rows that a query can find", Figures.RowStats::live);
    rows(name, "unresolved", "By how many live may be too high", Figures.RowStats::unresolved);
    rows(name, "cold", "Rows on disk", Figures.RowStats::cold);
    rows(name, "dead", "Rows on disk that were replaced", Figures.RowStats::dead);
    rows(name, "hot", "Rows that are not durable yet", Figures.RowStats::hot);
    gauge(name, "weir.open.files", "Held open", total -> total.disk().openFiles())
        .register(registry);
    gauge(name, "weir.segments", "Segment files", total -> total.disk().segments())
        .register(registry);
    gauge(name, "weir.chunks", "Chunks in them", total -> total.disk().chunks()).register(registry);
    gauge(name, "weir.maps", "Maps of segment files", total -> total.mapped().maps())
        .register(registry);
  }

  private void bindBytes(String name) {
    bytes(
        name,
        "weir.collection.hot.allocated",
        "Held by the collection's hot buffers",
        total -> total.memory().hotAllocatedBytes());
    bytes(
        name,
        "weir.collection.hot.used",
        "Of that, what holds something",
        total -> total.memory().hotUsedBytes());
    bytes(name, "weir.disk", "Lengths of files", total -> total.disk().logicalBytes());
    bytes(
        name,
        "weir.disk.allocated",
        "Blocks of files",
        total -> orNaN(total.disk().allocatedBytes()));
    bytes(
        name,
        "weir.disk.pinned",
        "Merged files that queries still read",
        total -> total.disk().pinnedBytes());
    bytes(name, "weir.payload", "Payloads, hot and cold", total -> total.content().payloadBytes());
    bytes(name, "weir.index", "Key indexes, hot and cold", total -> total.content().indexBytes());
    bytes(
        name,
        "weir.fields",
        "Values of declared fields, hot and cold",
        total -> total.content().fieldBytes());
    bytes(
        name,
        "weir.dead",
        "Vectors of dead rows in segment files",
        total -> total.content().deadBytes());
    bytes(name, "weir.mapped", "Mapped of segment files", total -> total.mapped().bytes());
    bytes(
        name,
        "weir.mapped.resident",
        "Of that, what is in memory",
        total -> orNaN(total.mapped().residentBytes()));
  }

  private void bytes(String name, String description, ToDoubleFunction<StoreStats> figure) {
    gauge(name, description, figure).baseUnit("bytes").register(registry);
  }

  private void count(String name, String description, Function<ProcessStats, OptionalLong> figure) {
    gauge(name, description, stats -> orNaN(figure.apply(stats.process()))).register(registry);
  }

  private Gauge.Builder<StatsSampler> gauge(
      String name, String description, ToDoubleFunction<StoreStats> figure) {
    return Gauge.builder(name, sampler, sample -> figure.applyAsDouble(sample.current()))
        .description(description)
        .strongReference(true);
  }

  private void rows(
      String collection, String kind, String description, ToLongFunction<Figures.RowStats> figure) {
    gauge(collection, "weir.rows." + kind, description, total -> figure.applyAsLong(total.rows()))
        .register(registry);
  }

  private void bytes(
      String collection, String name, String description, ToDoubleFunction<Figures> figure) {
    gauge(collection, name, description, figure).baseUnit("bytes").register(registry);
  }

  private Gauge.Builder<StatsSampler> gauge(
      String collection, String name, String description, ToDoubleFunction<Figures> figure) {
    return Gauge.builder(name, sampler, sample -> total(sample.current(), collection, figure))
        .tag("collection", collection)
        .description(description)
        .strongReference(true);
  }

  /** Not a number once the collection is gone. */
  private static double total(
      StoreStats stats, String collection, ToDoubleFunction<Figures> figure) {
    return stats.collections().stream()
        .filter(candidate -> candidate.name().equals(collection))
        .findFirst()
        .map(found -> figure.applyAsDouble(found.total()))
        .orElse(Double.NaN);
  }

  private static double orNaN(OptionalLong figure) {
    return figure.isPresent() ? (double) figure.getAsLong() : Double.NaN;
  }
}
