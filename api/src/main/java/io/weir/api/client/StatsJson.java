package io.weir.api.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads figures. */
final class StatsJson {

  private StatsJson() {}

  static Stats read(JsonObject json) {
    return new Stats(
        process(json.object("process")),
        json.whole("hotLimitBytes"),
        json.whole("hotAllocatedBytes"),
        json.whole("hotSpareBytes"),
        json.optionalWhole("rootAllocatedBytes"),
        json.optionalWhole("allocatedBytes"),
        figures(json.object("total")),
        recovery(json.object("recovery")),
        json.objects("collections").stream().map(StatsJson::collection).toList(),
        json.texts("notes"),
        scrub(json.object("scrub")),
        checkpoints(json.object("checkpoints")),
        merges(json.object("merges")),
        passes(json.object("passes")),
        views(json.object("views")));
  }

  private static Stats.ProcessStats process(JsonObject json) {
    return new Stats.ProcessStats(
        json.time("startedAt"),
        json.millis("uptimeMillis"),
        json.whole("heapUsedBytes"),
        json.whole("heapMaxBytes"),
        json.optionalWhole("rssAnonBytes"),
        json.optionalWhole("rssFileBytes"),
        json.optionalWhole("openFiles"),
        json.optionalWhole("maps"),
        json.optionalWhole("mapsLimit"));
  }

  private static Stats.Figures figures(JsonObject json) {
    return new Stats.Figures(
        json.whole("liveRows"),
        json.whole("unresolvedRows"),
        json.whole("coldRows"),
        json.whole("deadRows"),
        json.whole("hotRows"),
        json.whole("hotAllocatedBytes"),
        json.whole("hotUsedBytes"),
        json.whole("segments"),
        json.whole("chunks"),
        json.whole("openFiles"),
        json.whole("diskBytes"),
        json.optionalWhole("diskAllocatedBytes"),
        json.whole("pinnedBytes"),
        json.whole("payloadBytes"),
        json.whole("indexBytes"),
        json.whole("fieldBytes"),
        json.whole("deadBytes"),
        json.whole("maps"),
        json.whole("mappedBytes"),
        json.optionalWhole("residentBytes"));
  }

  private static Stats.Recovery recovery(JsonObject json) {
    return new Stats.Recovery(
        json.whole("collections"),
        json.whole("shards"),
        json.whole("chunks"),
        json.whole("liveRows"),
        json.whole("strayFiles"),
        json.millis("tookMillis"));
  }

  private static Stats.CollectionStats collection(JsonObject json) {
    return new Stats.CollectionStats(
        json.text("name"),
        figures(json),
        json.objects("shards").stream().map(StatsJson::partition).toList(),
        json.objects("successors").stream().map(StatsJson::shard).toList());
  }

  /** A partition that is fed and has no shard yet has its number and its feed only. */
  private static Stats.ShardStats partition(JsonObject json) {
    return new Stats.ShardStats(
        json.integer("partition"),
        json.names().contains("condition") ? Optional.of(shard(json)) : Optional.empty(),
        json.optionalObject("feed").map(StatsJson::feed));
  }

  private static Stats.Shard shard(JsonObject json) {
    return new Stats.Shard(
        json.integer("partition"),
        SourcePosition.of(json, "applied"),
        SourcePosition.of(json, "durable"),
        json.whole("generation"),
        feedNotes(json.object("feedNotes")),
        figures(json),
        json.text("condition"),
        json.optionalText("failure"),
        json.optionalText("compactionFailure"));
  }

  private static Stats.FeedNotes feedNotes(JsonObject json) {
    return new Stats.FeedNotes(
        json.optionalTime("caughtUpAt"),
        json.optionalWhole("topicPartitions"),
        json.objects("gaps").stream()
            .map(gap ->
                new Stats.Gap(
                    gap.whole("fromOffset"),
                    gap.whole("nextOffset"),
                    gap.time("acceptedAt"),
                    gap.text("reason")))
            .toList());
  }

  private static Stats.Feed feed(JsonObject json) {
    OptionalLong timeLagMillis = json.optionalWhole("timeLagMillis");
    return new Stats.Feed(
        json.text("state"),
        json.flag("trouble"),
        json.optionalText("detail"),
        json.optionalWhole("beginningOffset"),
        json.optionalWhole("endOffset"),
        json.optionalWhole("lag"),
        timeLagMillis.isPresent()
            ? Optional.of(Duration.ofMillis(timeLagMillis.getAsLong()))
            : Optional.empty(),
        json.optionalWhole("uncommittedOffsets"),
        json.optionalWhole("bytesPerSecond"),
        json.numbers("rejected"));
  }

  private static Stats.Scrub scrub(JsonObject json) {
    return new Stats.Scrub(
        json.whole("passes"),
        json.optionalTime("runningSince"),
        json.optionalTime("lastStarted"),
        json.optionalTime("lastFinished"),
        json.whole("bytesRead"),
        json.whole("damaged"),
        json.texts("findings"),
        json.optionalText("failure"));
  }

  private static Stats.Checkpoints checkpoints(JsonObject json) {
    return new Stats.Checkpoints(
        json.whole("runs"),
        json.whole("failures"),
        json.whole("rows"),
        json.whole("deadMarks"),
        json.whole("bytes"),
        json.millis("tookMillis"),
        json.optionalTime("lastStarted"),
        json.optionalTime("lastSucceeded"),
        json.optionalTime("next"));
  }

  private static Stats.Merges merges(JsonObject json) {
    return new Stats.Merges(
        json.flag("running"),
        json.whole("merges"),
        json.whole("failures"),
        json.whole("keptRows"),
        json.whole("droppedRows"),
        json.whole("bytesRead"),
        json.whole("bytesWritten"),
        json.millis("tookMillis"));
  }

  private static Stats.Passes passes(JsonObject json) {
    return new Stats.Passes(json.whole("passes"), json.whole("searches"));
  }

  private static Stats.Views views(JsonObject json) {
    return new Stats.Views(json.whole("cursors"), json.whole("exports"));
  }
}
