package io.weir.api.status;

import io.weir.api.FeedStatus.Feed;
import io.weir.api.json.StoreJson;
import io.weir.storage.RecoveryReport;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the store's figures, each shard's with the state of its feed. A partition that is fed but
 * has no shard yet has a {@code feed} only, a shard that nobody feeds has {@code null} there.
 */
final class StatsJson {

  private StatsJson() {}

  static void store(
      JsonGenerator json, StoreStats stats, RecoveryReport recovery, FeedsByShard feeds) {
    json.writeNumberProperty("hotLimitBytes", stats.hotLimitBytes());
    json.writeNumberProperty("hotAllocatedBytes", stats.hotAllocatedBytes());
    recovery(json, recovery);
    json.writeArrayPropertyStart("collections");
    for (CollectionStats collection : stats.collections()) {
      collection(json, collection, feeds.of(collection.name()));
    }
    json.writeEndArray();
  }

  private static void recovery(JsonGenerator json, RecoveryReport recovery) {
    json.writeObjectPropertyStart("recovery");
    json.writeNumberProperty("collections", recovery.collections());
    json.writeNumberProperty("shards", recovery.shards());
    json.writeNumberProperty("chunks", recovery.chunks());
    json.writeNumberProperty("liveRows", recovery.liveRows());
    json.writeNumberProperty("strayFiles", recovery.strayFiles());
    StoreJson.millis(json, "tookMillis", recovery.took());
    json.writeEndObject();
  }

  private static void collection(
      JsonGenerator json, CollectionStats collection, SortedMap<Integer, Feed> feeds) {
    json.writeStartObject();
    json.writeStringProperty("name", collection.name());
    json.writeNumberProperty("liveRows", collection.liveRows());
    json.writeArrayPropertyStart("shards");
    SortedMap<Integer, Feed> unseen = new TreeMap<>(feeds);
    for (ShardStats shard : collection.shards()) {
      json.writeStartObject();
      json.writeNumberProperty("partition", shard.partition());
      shard(json, shard);
      json.writeName("feed");
      Feed feed = unseen.remove(shard.partition());
      if (feed == null) {
        json.writeNull();
      } else {
        feed(json, feed);
      }
      json.writeEndObject();
    }
    for (Feed feed : unseen.values()) {
      json.writeStartObject();
      json.writeNumberProperty("partition", feed.partition());
      json.writeName("feed");
      feed(json, feed);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void shard(JsonGenerator json, ShardStats shard) {
    StoreJson.position(json, "applied", shard.applied());
    StoreJson.position(json, "durable", shard.durable());
    json.writeNumberProperty("liveRows", shard.liveRows());
    json.writeNumberProperty("coldRows", shard.coldRows());
    json.writeNumberProperty("deadRows", shard.deadRows());
    json.writeNumberProperty("hotRows", shard.hotRows());
    json.writeNumberProperty("hotAllocatedBytes", shard.hotAllocatedBytes());
    json.writeNumberProperty("mappedBytes", shard.mappedBytes());
    json.writeNumberProperty("diskBytes", shard.diskBytes());
    json.writeNumberProperty("segments", shard.segments());
    json.writeNumberProperty("chunks", shard.chunks());
    json.writeNumberProperty("generation", shard.generation());
    StoreJson.text(json, "failure", shard.failure());
  }

  private static void feed(JsonGenerator json, Feed feed) {
    json.writeStartObject();
    json.writeStringProperty("state", feed.state());
    StoreJson.text(json, "detail", feed.detail());
    StoreJson.number(json, "endOffset", feed.endOffset());
    StoreJson.number(json, "lag", feed.lag());
    json.writeObjectPropertyStart("rejected");
    new TreeMap<>(feed.rejected()).forEach(json::writeNumberProperty);
    json.writeEndObject();
    json.writeEndObject();
  }
}
