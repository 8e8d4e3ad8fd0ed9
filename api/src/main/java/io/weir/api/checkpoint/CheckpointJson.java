package io.weir.api.checkpoint;

import io.weir.api.json.StoreJson;
import io.weir.storage.CheckpointReport;
import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.CheckpointTimes;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** Writes reports of checkpoints. */
final class CheckpointJson {

  private CheckpointJson() {}

  static void history(JsonGenerator json, CheckpointTimes times, List<CheckpointReport> reports) {
    json.writeStartObject();
    StoreJson.text(json, "next", times.next().map(Instant::toString));
    StoreJson.text(json, "lastStarted", times.lastStarted().map(Instant::toString));
    StoreJson.text(json, "lastSucceeded", times.lastSucceeded().map(Instant::toString));
    json.writeArrayPropertyStart("checkpoints");
    for (CheckpointReport report : reports) {
      report(json, report);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  static void report(JsonGenerator json, CheckpointReport report) {
    json.writeStartObject();
    json.writeStringProperty("trigger", report.trigger().name().toLowerCase(Locale.ROOT));
    json.writeStringProperty("startedAt", report.startedAt().toString());
    StoreJson.millis(json, "tookMillis", report.took());
    json.writeBooleanProperty("succeeded", report.succeeded());
    json.writeNumberProperty("rows", report.rows());
    json.writeNumberProperty("bytes", report.bytes());
    json.writeArrayPropertyStart("shards");
    for (ShardCheckpoint shard : report.shards()) {
      shard(json, shard);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void shard(JsonGenerator json, ShardCheckpoint shard) {
    json.writeStartObject();
    json.writeStringProperty("collection", shard.collection());
    json.writeNumberProperty("partition", shard.partition());
    StoreJson.position(json, "durable", shard.durable());
    json.writeNumberProperty("rows", shard.rows());
    json.writeNumberProperty("deadMarks", shard.deadMarks());
    json.writeNumberProperty("bytes", shard.bytes());
    StoreJson.text(json, "failure", shard.failure());
    json.writeEndObject();
  }
}
