package io.weir.api.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.weir.api.FeedStatus;
import io.weir.api.FeedStatus.Feed;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Gauges of each shard, as of the latest {@link #refresh}: those of a shard that has gone go with
 * it.
 *
 * <p><b>Threads:</b> any, one at a time.
 */
final class ShardGauges {

  private final StatsSampler sampler;
  private final FeedStatus feeds;
  private final MultiGauge applied;
  private final MultiGauge durable;
  private final MultiGauge conditions;
  private final MultiGauge failing;
  private final MultiGauge states;

  ShardGauges(MeterRegistry registry, StatsSampler sampler, FeedStatus feeds) {
    this.sampler = sampler;
    this.feeds = feeds;
    this.applied = gauge(registry, "applied.offset", "Next offset of what queries see");
    this.durable = gauge(registry, "durable.offset", "Next offset of what survives a crash");
    this.conditions =
        gauge(registry, "condition", "1 for the condition that the shard's disk leaves it in");
    this.failing =
        gauge(registry, "failing", "1 while the latest of this work has failed on the shard");
    this.states = gauge(registry, "state", "1 for the state that the shard's feed is in");
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String what) {
    return MultiGauge.builder("weir.shard." + name).description(what).register(registry);
  }

  synchronized void refresh() {
    List<Row<?>> appliedRows = new ArrayList<>();
    List<Row<?>> durableRows = new ArrayList<>();
    List<Row<?>> conditionRows = new ArrayList<>();
    List<Row<?>> failingRows = new ArrayList<>();
    for (CollectionStats collection : sampler.current().collections()) {
      for (ShardStats shard : collection.shards()) {
        Tags tags = tags(collection.name(), shard.partition());
        shard.applied().ifPresent(at -> appliedRows.add(Row.of(tags, at.nextOffset())));
        shard.durable().ifPresent(at -> durableRows.add(Row.of(tags, at.nextOffset())));
        String condition = shard.condition().name().toLowerCase(Locale.ROOT).replace('_', '-');
        conditionRows.add(Row.of(tags.and("condition", condition), 1));
        failingRows.add(
            Row.of(tags.and("work", "checkpoint"), shard.failure().isPresent() ? 1 : 0));
        failingRows.add(
            Row.of(tags.and("work", "merge"), shard.compactionFailure().isPresent() ? 1 : 0));
      }
    }
    applied.register(appliedRows, true);
    durable.register(durableRows, true);
    conditions.register(conditionRows, true);
    failing.register(failingRows, true);
    states.register(states(), true);
  }

  private List<Row<?>> states() {
    List<Row<?>> rows = new ArrayList<>();
    for (Feed feed : feeds.feeds()) {
      rows.add(Row.of(tags(feed.collection(), feed.partition()).and("state", feed.state()), 1));
    }
    return rows;
  }

  private static Tags tags(String collection, int partition) {
    return Tags.of("collection", collection, "partition", Integer.toString(partition));
  }
}
