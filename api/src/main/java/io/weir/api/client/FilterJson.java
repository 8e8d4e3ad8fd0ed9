package io.weir.api.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes filters. */
final class FilterJson {

  private FilterJson() {}

  /** A filter as a document of its own. */
  static String text(Filter filter) {
    return new String(RequestJson.bytes(json -> write(json, filter)), StandardCharsets.UTF_8);
  }

  static void write(JsonGenerator json, Filter filter) {
    json.writeStartObject();
    parts(json, "must", filter.must());
    parts(json, "should", filter.should());
    parts(json, "mustNot", filter.mustNot());
    json.writeEndObject();
  }

  private static void parts(JsonGenerator json, String name, List<FilterPart> parts) {
    if (parts.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart(name);
    for (FilterPart part : parts) {
      switch (part) {
        case Filter filter -> write(json, filter);
        case Condition condition -> {
          json.writeStartObject();
          condition(json, condition);
          json.writeEndObject();
        }
      }
    }
    json.writeEndArray();
  }

  private static void condition(JsonGenerator json, Condition condition) {
    switch (condition) {
      case Condition.Match(String field, FieldValue value) -> {
        json.writeStringProperty("field", field);
        json.writeName("match");
        value(json, value);
      }
      case Condition.Any(String field, List<FieldValue> values) -> {
        json.writeStringProperty("field", field);
        json.writeArrayPropertyStart("any");
        values.forEach(value -> value(json, value));
        json.writeEndArray();
      }
      case Condition.InRange(String field, Range range) -> {
        json.writeStringProperty("field", field);
        range(json, "range", range);
      }
      case Condition.Exists(String field, boolean exists) -> {
        json.writeStringProperty("field", field);
        json.writeBooleanProperty("exists", exists);
      }
      case Condition.Prefix(String field, String prefix) -> {
        json.writeStringProperty("field", field);
        json.writeStringProperty("prefix", prefix);
      }
      case Condition.Keys(List<String> keys) -> RequestJson.texts(json, "keys", keys);
      case Condition.Offsets offsets -> {
        range(json, "offset", offsets.range());
        offsets.partition().ifPresent(number -> json.writeNumberProperty("partition", number));
      }
      case Condition.Timestamps(Range range) -> range(json, "timestamp", range);
    }
  }

  private static void range(JsonGenerator json, String name, Range range) {
    json.writeObjectPropertyStart(name);
    end(json, range.lower(), "gt", "gte");
    end(json, range.upper(), "lt", "lte");
    json.writeEndObject();
  }

  private static void end(
      JsonGenerator json, Optional<Range.End> end, String exclusive, String inclusive) {
    end.ifPresent(it -> {
      json.writeName(it.inclusive() ? inclusive : exclusive);
      value(json, it.value());
    });
  }

  private static void value(JsonGenerator json, FieldValue value) {
    switch (value) {
      case FieldValue.Text(String text) -> json.writeString(text);
      case FieldValue.Whole(long number) -> json.writeNumber(number);
      case FieldValue.Real(double number) -> json.writeNumber(number);
      case FieldValue.Flag(boolean flag) -> json.writeBoolean(flag);
    }
  }
}
