package io.weir.api.client;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes the bodies of requests. */
final class RequestJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private RequestJson() {}

  /** Returns the bytes of a document. */
  static byte[] bytes(Consumer<JsonGenerator> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      content.accept(json);
    }
    return bytes.toByteArray();
  }

  /** Returns the bytes of an object. */
  static byte[] object(Consumer<JsonGenerator> properties) {
    return bytes(json -> {
      json.writeStartObject();
      properties.accept(json);
      json.writeEndObject();
    });
  }

  static byte[] get(List<String> keys, ReadOptions options) {
    return object(json -> {
      texts(json, "keys", keys);
      contents(json, options);
      position(json, "minPosition", options.minPosition());
      position(json, "asOf", options.asOf());
    });
  }

  static byte[] search(Search search) {
    return object(json -> {
      properties(json, search);
      if (search.paged()) {
        json.writeBooleanProperty("cursor", true);
      }
      position(json, "minPosition", search.options().minPosition());
      position(json, "asOf", search.options().asOf());
    });
  }

  static byte[] batch(SearchBatch batch) {
    return object(json -> {
      json.writeArrayPropertyStart("searches");
      for (Search search : batch.searches()) {
        json.writeStartObject();
        properties(json, search);
        json.writeEndObject();
      }
      json.writeEndArray();
      position(json, "minPosition", batch.minPosition());
      position(json, "asOf", batch.asOf());
    });
  }

  static byte[] watch(WatchRequest request) {
    return object(json -> {
      request
          .near()
          .ifPresent(near -> {
            vector(json, near.vector());
            json.writeNumberProperty("threshold", near.threshold());
          });
      request.filter().ifPresent(filter -> filter(json, filter));
      json.writeBooleanProperty("withVector", request.withVector());
      json.writeBooleanProperty("withPayload", request.withPayload());
      request.since().ifPresent(position -> position(json, "since", position));
    });
  }

  static byte[] resume(ResumeWay way) {
    return object(json -> {
      switch (way) {
        case ResumeWay.Retry() -> {}
        case ResumeWay.AcceptGap gap -> {
          json.writeBooleanProperty("acceptGap", true);
          gap.nextOffset().ifPresent(offset -> json.writeNumberProperty("nextOffset", offset));
        }
        case ResumeWay.AcceptPartitions() -> json.writeBooleanProperty("acceptPartitions", true);
        case ResumeWay.Rebuild() -> json.writeBooleanProperty("rebuild", true);
      }
    });
  }

  /** Writes an array of texts. */
  static void texts(JsonGenerator json, String name, Collection<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  private static void properties(JsonGenerator json, Search search) {
    switch (search.origin()) {
      case Search.Origin.Given(Vector vector) -> vector(json, vector);
      case Search.Origin.Stored(String key) -> json.writeStringProperty("key", key);
    }
    json.writeNumberProperty("k", search.k());
    if (search.offset() > 0) {
      json.writeNumberProperty("offset", search.offset());
    }
    contents(json, search.options());
    search.filter().ifPresent(filter -> filter(json, filter));
  }

  private static void filter(JsonGenerator json, Filter filter) {
    json.writeName("filter");
    FilterJson.write(json, filter);
  }

  private static void contents(JsonGenerator json, ReadOptions options) {
    json.writeBooleanProperty("withVector", options.withVector());
    json.writeBooleanProperty("withPayload", options.withPayload());
  }

  /** The fewest digits that read back to the same bits. */
  private static void vector(JsonGenerator json, Vector vector) {
    json.writeArrayPropertyStart("vector");
    for (int i = 0; i < vector.dimension(); i++) {
      json.writeNumber(vector.component(i));
    }
    json.writeEndArray();
  }

  private static void position(JsonGenerator json, String name, Position position) {
    if (position.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart(name);
    position
        .nextOffsets()
        .forEach(
            (partition, offset) -> json.writeNumberProperty(Integer.toString(partition), offset));
    json.writeEndObject();
  }
}
