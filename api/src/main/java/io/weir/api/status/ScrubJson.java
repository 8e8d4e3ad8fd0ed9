package io.weir.api.status;

import io.weir.api.json.StoreJson;
import io.weir.storage.ScrubReport;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes what the store has found by reading its files again: the first findings as text. */
final class ScrubJson {
  private static final int MAX_FINDINGS = 20;

  private ScrubJson() {}

  static void write(JsonGenerator json, ScrubReport report) {
    json.writeObjectPropertyStart("scrub");
    json.writeNumberProperty("passes", report.passes());
    time(json, "runningSince", report.runningSince());
    time(json, "lastStarted", report.lastStarted());
    time(json, "lastFinished", report.lastFinished());
    json.writeNumberProperty("bytesRead", report.bytesRead());
    json.writeNumberProperty("damaged", report.damaged());
    json.writeArrayPropertyStart("findings");
    report.texts().stream().limit(MAX_FINDINGS).forEach(json::writeString);
    json.writeEndArray();
    StoreJson.text(json, "failure", report.failure());
    json.writeEndObject();
  }

  private static void time(JsonGenerator json, String name, Optional<Instant> time) {
    StoreJson.text(json, name, time.map(Instant::toString));
  }
}
