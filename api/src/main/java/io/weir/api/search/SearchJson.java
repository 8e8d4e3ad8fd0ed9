package io.weir.api.search;

import io.weir.api.json.StoreJson;
import io.weir.api.position.SeenPosition;
import io.weir.storage.query.Hit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes what a search found. */
final class SearchJson {

  private SearchJson() {}

  /**
   * The answer to one search.
   *
   * @param cursor what the next page is asked for with; {@code null} in the document behind the
   *     last. Left out where there are no pages
   */
  record Found(List<Hit> hits, boolean withVector, boolean withPayload, Optional<Cursor> cursor) {}

  /** What the next page is asked for with; empty behind the last. */
  record Cursor(Optional<String> token) {}

  static void answer(
      JsonGenerator json, Found found, SeenPosition seen, long scannedRows, Duration took) {
    json.writeStartObject();
    hits(json, found, false);
    seen.write(json);
    found.cursor().ifPresent(cursor -> StoreJson.text(json, "cursor", cursor.token()));
    json.writeNumberProperty("scannedRows", scannedRows);
    StoreJson.millis(json, "tookMillis", took);
    json.writeEndObject();
  }

  /** Writes the hits of one search of a batch. */
  static void element(JsonGenerator json, Found found, long scannedRows, boolean inALine) {
    json.writeStartObject();
    hits(json, found, inALine);
    json.writeNumberProperty("scannedRows", scannedRows);
    json.writeEndObject();
  }

  private static void hits(JsonGenerator json, Found found, boolean inALine) {
    json.writeArrayPropertyStart("hits");
    for (Hit hit : found.hits()) {
      json.writeStartObject();
      json.writeStringProperty("key", hit.row().key());
      json.writeNumberProperty("score", hit.score());
      if (inALine) {
        StoreJson.unbroken(hit.row());
      }
      StoreJson.row(json, hit.row(), found.withVector(), found.withPayload());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
