package io.weir.api.status;

import io.weir.api.FeedStatus.Feed;
import io.weir.api.FeedStatus.Progress;
import io.weir.api.json.StoreJson;
import io.weir.storage.Figures;
import io.weir.storage.RecoveryReport;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import java.time.Duration;
import java.util.OptionalLong;
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
    json.writeNumberProperty("hotSpareBytes", stats.hotSpareBytes());
    StoreJson.number(json, "rootAllocatedBytes", stats.rootAllocatedBytes());
    StoreJson.number(json, "allocatedBytes", stats.allocatedBytes());
    json.writeObjectPropertyStart("total");
    figures(json, stats.total());
    json.writeEndObject();
    recovery(json, recovery);
    json.writeArrayPropertyStart("collections");
    for (CollectionStats collection : stats.collections()) {
      collection(json, collection, feeds.of(collection.name()));
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("notes");
    stats.notes().forEach(json::writeString);
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
    figures(json, collection.total());
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
    json.writeArrayPropertyStart("successors");
    for (ShardStats shard : collection.successors()) {
      json.writeStartObject();
      json.writeNumberProperty("partition", shard.partition());
      shard(json, shard);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void shard(JsonGenerator json, ShardStats shard) {
    StoreJson.position(json, "applied", shard.applied());
    StoreJson.position(json, "durable", shard.durable());
    json.writeNumberProperty("generation", shard.generation());
    StoreJson.feedNotes(json, "feedNotes", shard.feedNotes());
    figures(json, shard.figures());
    json.writeStringProperty("condition", shard.condition().name());
    StoreJson.text(json, "failure", shard.failure());
    StoreJson.text(json, "compactionFailure", shard.compactionFailure());
  }

  private static void figures(JsonGenerator json, Figures figures) {
    json.writeNumberProperty("liveRows", figures.rows().live());
    json.writeNumberProperty("unresolvedRows", figures.rows().unresolved());
    json.writeNumberProperty("coldRows", figures.rows().cold());
    json.writeNumberProperty("deadRows", figures.rows().dead());
    json.writeNumberProperty("hotRows", figures.rows().hot());
    json.writeNumberProperty("hotAllocatedBytes", figures.memory().hotAllocatedBytes());
    json.writeNumberProperty("hotUsedBytes", figures.memory().hotUsedBytes());
    json.writeNumberProperty("segments", figures.disk().segments());
    json.writeNumberProperty("chunks", figures.disk().chunks());
    json.writeNumberProperty("openFiles", figures.disk().openFiles());
    json.writeNumberProperty("diskBytes", figures.disk().logicalBytes());
    StoreJson.number(json, "diskAllocatedBytes", figures.disk().allocatedBytes());
    json.writeNumberProperty("pinnedBytes", figures.disk().pinnedBytes());
    json.writeNumberProperty("payloadBytes", figures.content().payloadBytes());
    json.writeNumberProperty("indexBytes", figures.content().indexBytes());
    json.writeNumberProperty("fieldBytes", figures.content().fieldBytes());
    json.writeNumberProperty("deadBytes", figures.content().deadBytes());
    json.writeNumberProperty("maps", figures.mapped().maps());
    json.writeNumberProperty("mappedBytes", figures.mapped().bytes());
    StoreJson.number(json, "residentBytes", figures.mapped().residentBytes());
  }

  private static void feed(JsonGenerator json, Feed feed) {
    json.writeStartObject();
    json.writeStringProperty("state", feed.state());
    json.writeBooleanProperty("trouble", feed.trouble());
    StoreJson.text(json, "detail", feed.detail());
    progress(json, feed.progress());
    json.writeObjectPropertyStart("rejected");
    new TreeMap<>(feed.rejected()).forEach(json::writeNumberProperty);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void progress(JsonGenerator json, Progress progress) {
    StoreJson.number(json, "beginningOffset", progress.beginningOffset());
    StoreJson.number(json, "endOffset", progress.endOffset());
    StoreJson.number(json, "lag", progress.lag());
    StoreJson.number(
        json,
        "timeLagMillis",
        progress
            .timeLag()
            .map(Duration::toMillis)
            .map(OptionalLong::of)
            .orElse(OptionalLong.empty()));
    StoreJson.number(json, "uncommittedOffsets", progress.uncommittedOffsets());
    StoreJson.number(json, "bytesPerSecond", progress.bytesPerSecond());
  }
}
