package io.weir.api.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Meters of watchers, and of what they are told. */
final class WatchMeters {

  private final MeterProvider<Counter> events;
  private final MeterProvider<Counter> ends;
  private final Counter refused;

  /** Registers them. */
  WatchMeters(MeterRegistry registry, WatchHubs hubs) {
    Gauge.builder("weir.watch.watchers", hubs, WatchHubs::watchers)
        .description("Clients that watch")
        .register(registry);
    Gauge.builder("weir.watch.watchers.limit", hubs, WatchHubs::most)
        .description("The most that may")
        .register(registry);
    Gauge.builder("weir.watch.catching.up", hubs, WatchHubs::catchingUp)
        .description("Of these, those that are told from a position of their own")
        .register(registry);
    Gauge.builder("weir.watch.queued", hubs, WatchHubs::queuedBytes)
        .description("Events that wait for their clients to take them")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("weir.watch.lag", hubs, WatchHubs::lag)
        .description("Offsets that are visible and that no watcher has been told of yet")
        .register(registry);
    events =
        Counter.builder("weir.watch.events")
            .description("Events that watchers were told")
            .withRegistry(registry);
    ends =
        Counter.builder("weir.watch.ends")
            .description("Watches that ended, by why")
            .withRegistry(registry);
    refused =
        Counter.builder("weir.watch.refused")
            .description("Watches that were refused, for there were as many as there may be")
            .register(registry);
    for (WatchEnd end : WatchEnd.values()) {
      var _ = ends.withTags(Tags.of("reason", end.text()));
    }
  }

  /** A collection is watched. */
  void watched(String collection) {
    add(collection, "match", 0);
    add(collection, "leave", 0);
  }

  void told(String collection, long matches, long leaves) {
    if (matches > 0) {
      add(collection, "match", matches);
    }
    if (leaves > 0) {
      add(collection, "leave", leaves);
    }
  }

  private void add(String collection, String kind, long count) {
    events.withTags(Tags.of("collection", collection, "kind", kind)).increment((double) count);
  }

  void ended(WatchEnd end) {
    ends.withTags(Tags.of("reason", end.text())).increment();
  }

  void refused() {
    refused.increment();
  }
}
