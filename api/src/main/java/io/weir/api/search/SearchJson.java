package io.weir.api.search;

import io.weir.api.http.Answer;
import io.weir.api.json.StoreJson;
import io.weir.storage.query.Hit;
import io.weir.storage.query.SearchResult;
import java.time.Duration;

/** Writes what a search found. */
final class SearchJson {

  private SearchJson() {}

  static Answer answer(SearchResult result, SearchRequest search, Duration took) {
    return Answer.json(json -> {
      json.writeStartObject();
      json.writeArrayPropertyStart("hits");
      for (Hit hit : result.hits()) {
        json.writeStartObject();
        json.writeStringProperty("key", hit.row().key());
        json.writeNumberProperty("score", hit.score());
        StoreJson.row(json, hit.row(), search.withVector(), search.withPayload());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectPropertyStart("position");
      result
          .position()
          .forEach((partition, position) ->
              json.writeNumberProperty(Integer.toString(partition), position.nextOffset()));
      json.writeEndObject();
      json.writeNumberProperty("scannedRows", result.scannedRows());
      StoreJson.millis(json, "tookMillis", took);
      json.writeEndObject();
    });
  }
}
