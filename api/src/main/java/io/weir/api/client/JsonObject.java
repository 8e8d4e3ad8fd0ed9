package io.weir.api.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An object of an answer that has no rows. What it has beyond what is asked for is passed over, so
 * that a newer server can be read; what is asked for has to be there, in the right kind.
 *
 * <p><b>Errors:</b> {@link UnreadableAnswer}, and of {@link #read} those of Jackson.
 */
final class JsonObject {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final double NANOS_A_MILLI = 1e6;

  private final Map<String, @Nullable Object> properties;

  private JsonObject(Map<String, @Nullable Object> properties) {
    this.properties = properties;
  }

  /** Reads a document that is an object. */
  static JsonObject read(byte[] body) {
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableAnswer("it is no JSON object");
      }
      return object(json);
    }
  }

  private static JsonObject object(JsonParser json) {
    Map<String, @Nullable Object> properties = new LinkedHashMap<>();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      properties.put(name, value(json));
    }
    return new JsonObject(properties);
  }

  private static @Nullable Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> array(json);
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static List<@Nullable Object> array(JsonParser json) {
    List<@Nullable Object> elements = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(json));
    }
    return elements;
  }

  Set<String> names() {
    return Collections.unmodifiableSet(properties.keySet());
  }

  String text(String name) {
    return of(name, String.class);
  }

  Optional<String> optionalText(String name) {
    return optional(name, String.class);
  }

  long whole(String name) {
    return of(name, Long.class);
  }

  OptionalLong optionalWhole(String name) {
    return optional(name, Long.class).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  int integer(String name) {
    long whole = whole(name);
    if (whole != (int) whole) {
      throw new UnreadableAnswer(name + " is " + whole + ", more than 32 bits");
    }
    return (int) whole;
  }

  boolean flag(String name) {
    return of(name, Boolean.class);
  }

  Instant time(String name) {
    return instant(name, text(name));
  }

  Optional<Instant> optionalTime(String name) {
    return optionalText(name).map(text -> instant(name, text));
  }

  private static Instant instant(String name, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new UnreadableAnswer(name + " is '" + text + "', which is no moment");
    }
  }

  /** A duration in milliseconds, with what is behind the point. */
  Duration millis(String name) {
    return Duration.ofNanos(Math.round(of(name, Number.class).doubleValue() * NANOS_A_MILLI));
  }

  JsonObject object(String name) {
    return of(name, JsonObject.class);
  }

  Optional<JsonObject> optionalObject(String name) {
    return optional(name, JsonObject.class);
  }

  List<JsonObject> objects(String name) {
    return elements(name, JsonObject.class);
  }

  List<String> texts(String name) {
    return elements(name, String.class);
  }

  /** An object that has whole numbers only, by their names. */
  SortedMap<String, Long> numbers(String name) {
    JsonObject numbers = object(name);
    SortedMap<String, Long> all = new TreeMap<>();
    numbers.names().forEach(each -> all.put(each, numbers.whole(each)));
    return all;
  }

  /** An object that has an offset for each of some partitions; none where there is no object. */
  Position position(String name) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    if (optionalObject(name).isPresent()) {
      try {
        numbers(name)
            .forEach((partition, offset) -> offsets.put(Integer.valueOf(partition), offset));
      } catch (NumberFormatException e) {
        throw new UnreadableAnswer(name + " has what is no number of a partition");
      }
    }
    return new Position(offsets);
  }

  private <T> List<T> elements(String name, Class<T> kind) {
    List<T> elements = new ArrayList<>();
    for (Object element : of(name, List.class)) {
      elements.add(cast(name, element, kind));
    }
    return elements;
  }

  private <T> T of(String name, Class<T> kind) {
    return cast(name, properties.get(name), kind);
  }

  private <T> Optional<T> optional(String name, Class<T> kind) {
    Object value = properties.get(name);
    return value == null ? Optional.empty() : Optional.of(cast(name, value, kind));
  }

  private static <T> T cast(String name, @Nullable Object value, Class<T> kind) {
    if (!kind.isInstance(value)) {
      throw new UnreadableAnswer(
          name + " is " + (value == null ? "missing" : "of another kind than it should be"));
    }
    return kind.cast(value);
  }
}
