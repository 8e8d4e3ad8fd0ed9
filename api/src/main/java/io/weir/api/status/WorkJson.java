package io.weir.api.status;

import io.weir.api.json.StoreJson;
import io.weir.storage.CheckpointTimes;
import io.weir.storage.StoreTotals;
import io.weir.storage.StoreTotals.CheckpointTotals;
import io.weir.storage.StoreTotals.MergeTotals;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes what checkpoints, merges and passes have come to since the start. */
final class WorkJson {

  private WorkJson() {}

  static void write(JsonGenerator json, StoreTotals totals, CheckpointTimes times) {
    json.writeObjectPropertyStart("checkpoints");
    CheckpointTotals all =
        totals.checkpoints().values().stream()
            .reduce(CheckpointTotals.NONE, CheckpointTotals::plus);
    json.writeNumberProperty("runs", all.runs());
    json.writeNumberProperty("failures", all.failures());
    json.writeNumberProperty("rows", all.rows());
    json.writeNumberProperty("deadMarks", all.deadMarks());
    json.writeNumberProperty("bytes", all.bytes());
    StoreJson.millis(json, "tookMillis", all.took());
    time(json, "lastStarted", times.lastStarted());
    time(json, "lastSucceeded", times.lastSucceeded());
    time(json, "next", times.next());
    json.writeEndObject();
    merges(json, totals.merges());
    json.writeObjectPropertyStart("passes");
    json.writeNumberProperty("passes", totals.passes().passes());
    json.writeNumberProperty("searches", totals.passes().searches());
    json.writeEndObject();
  }

  private static void merges(JsonGenerator json, MergeTotals merges) {
    json.writeObjectPropertyStart("merges");
    json.writeBooleanProperty("running", merges.running());
    json.writeNumberProperty("merges", merges.merges());
    json.writeNumberProperty("failures", merges.failures());
    json.writeNumberProperty("keptRows", merges.keptRows());
    json.writeNumberProperty("droppedRows", merges.droppedRows());
    json.writeNumberProperty("bytesRead", merges.bytesRead());
    json.writeNumberProperty("bytesWritten", merges.bytesWritten());
    StoreJson.millis(json, "tookMillis", merges.took());
    json.writeEndObject();
  }

  private static void time(JsonGenerator json, String name, Optional<Instant> time) {
    StoreJson.text(json, name, time.map(Instant::toString));
  }
}
