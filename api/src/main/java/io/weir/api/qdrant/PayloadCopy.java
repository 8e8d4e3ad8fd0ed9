package io.weir.api.qdrant;

import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Copies parts of a payload into the document that is being written. */
final class PayloadCopy {
  /** Bounds the depth, too. */
  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private final JsonParser from;
  private final JsonGenerator to;
  private final List<String> paths;
  private final boolean only;

  private PayloadCopy(JsonParser from, JsonGenerator to, List<String> paths, boolean only) {
    this.from = from;
    this.to = to;
    this.paths = paths;
    this.only = only;
  }

  /**
   * Writes a value.
   *
   * @param payload a JSON object
   * @param paths names of properties, those within objects joined by dots
   * @param only whether only what is at these paths is copied, or only what is not
   */
  static void write(JsonGenerator to, byte[] payload, List<String> paths, boolean only) {
    try (JsonParser from = FACTORY.createParser(ObjectReadContext.empty(), payload)) {
      from.nextToken();
      new PayloadCopy(from, to, paths, only).value("");
    }
  }

  /** Copies what is wanted of the object or array that the parser stands on. */
  private void value(String path) {
    if (from.currentToken() == JsonToken.START_ARRAY) {
      to.writeStartArray();
      while (from.nextToken() != JsonToken.END_ARRAY) {
        element(path);
      }
      to.writeEndArray();
      return;
    }
    to.writeStartObject();
    for (String name = from.nextName(); name != null; name = from.nextName()) {
      from.nextToken();
      property(path.isEmpty() ? name : path + "." + name, name);
    }
    to.writeEndObject();
  }

  private void element(String path) {
    if (from.currentToken().isStructStart()) {
      value(path);
    } else if (!only) {
      whole();
    }
  }

  private void property(String path, String name) {
    boolean named = paths.contains(path);
    boolean within = !named && paths.stream().anyMatch(one -> one.startsWith(path + "."));
    if (within && from.currentToken().isStructStart()) {
      to.writeName(name);
      value(path);
    } else if (named == only) {
      to.writeName(name);
      whole();
    } else {
      from.skipChildren();
    }
  }

  /** Copies the value that the parser stands on, numbers as they are written. */
  private void whole() {
    switch (from.currentToken()) {
      case START_OBJECT -> {
        to.writeStartObject();
        for (String name = from.nextName(); name != null; name = from.nextName()) {
          from.nextToken();
          to.writeName(name);
          whole();
        }
        to.writeEndObject();
      }
      case START_ARRAY -> {
        to.writeStartArray();
        while (from.nextToken() != JsonToken.END_ARRAY) {
          whole();
        }
        to.writeEndArray();
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> to.writeRawValue(from.getString());
      default -> to.copyCurrentEvent(from);
    }
  }
}
