package io.weir.api.filter;

import io.weir.api.filter.PointFilterReader.Counts;
import io.weir.api.json.JsonRequest;
import io.weir.api.json.JsonRequest.Property;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.query.Filter;
import io.weir.storage.query.Filter.Bound;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** One object of a filter of points, a filter or a condition, as its properties come. */
final class PointFilterPart {

  static final String KEY = "key";
  private static final String MUST = "must";
  private static final String SHOULD = "should";
  private static final String MUST_NOT = "must_not";
  private static final String MIN_SHOULD = "min_should";
  private static final String MATCH = "match";
  private static final String VALUE = "value";
  private static final String ANY = "any";
  private static final String EXCEPT = "except";
  private static final String RANGE = "range";
  private static final String VALUES_COUNT = "values_count";
  private static final String IS_EMPTY = "is_empty";
  private static final String HAS_ID = "has_id";
  private static final Set<String> GROUP = Set.of(MUST, SHOULD, MUST_NOT, MIN_SHOULD);

  /** What the other API has beyond, with what is to be said about it. */
  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "is_null", "a null is no value here, as if it were not there; use is_empty",
          "nested", "objects in arrays have no values of their own here",
          "has_vector", "each row has its one vector",
          "geo_bounding_box", "fields have no places on earth",
          "geo_radius", "fields have no places on earth",
          "geo_polygon", "fields have no places on earth");

  private static final Map<String, String> UNSUPPORTED_MATCHES =
      Map.of(
          "text", "there is no search for words; use value, any or except",
          "text_any", "there is no search for words; use value, any or except",
          "phrase", "there is no search for words; use value, any or except");

  private static final String WHAT_IS_ALLOWED =
      "; allowed are must, should, must_not and min_should, or key with one of match, range,"
          + " values_count and is_empty, or has_id";

  /** The order that ranges have: of the bytes of keywords, and of numbers. */
  private static final Comparator<FieldValue> ORDER =
      Comparator.comparing(
              (FieldValue value) ->
                  value instanceof FieldValue.Keyword(String text)
                      ? text.getBytes(StandardCharsets.UTF_8)
                      : new byte[0],
              Arrays::compareUnsigned)
          .thenComparingLong(value -> value instanceof FieldValue.Whole(long whole) ? whole : 0);

  private final PointFilterReader reader;
  private final String place;

  /** The names of the properties that have come. */
  private final Set<String> given = new TreeSet<>();

  private final List<Filter> groups = new ArrayList<>();
  private @Nullable String key;
  private @Nullable Match match;
  private @Nullable Bounds range;
  private @Nullable Counts counts;
  private boolean empty;
  private List<String> keys = List.of();

  PointFilterPart(PointFilterReader reader, String place) {
    this.reader = reader;
    this.place = place;
  }

  /** A match that has been read: which kind, and of what. */
  private record Match(String kind, List<Literal> values) {}

  /** What reads the properties of a filter. */
  Map<String, Property> groupProperties() {
    return Map.of(
        MUST,
        json -> groups.addAll(reader.parts(json, come(MUST))),
        SHOULD,
        json -> should(reader.parts(json, come(SHOULD))),
        MUST_NOT,
        json -> mustNot(reader.parts(json, come(MUST_NOT))),
        MIN_SHOULD,
        json -> groups.add(reader.minShould(json, come(MIN_SHOULD))));
  }

  /** What reads the properties of a filter or a condition. */
  Map<String, Property> properties() {
    Map<String, Property> known = new HashMap<>(groupProperties());
    known.put(KEY, json -> key = JsonRequest.text(json, come(KEY)));
    known.put(MATCH, json -> match = match(json, come(MATCH)));
    known.put(RANGE, json -> range = range(json, come(RANGE)));
    known.put(VALUES_COUNT, json -> counts = Counts.read(json, come(VALUES_COUNT)));
    known.put(IS_EMPTY, json -> empty(json, come(IS_EMPTY)));
    known.put(HAS_ID, json -> keys = reader.keys(json, come(HAS_ID)));
    known.putAll(refusing(place, UNSUPPORTED));
    return known;
  }

  private static Map<String, Property> refusing(String place, Map<String, String> unsupported) {
    return unsupported.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    _ -> {
                      throw Refusal.of(
                          place + "." + entry.getKey(),
                          "is not supported by Weir: " + entry.getValue());
                    }));
  }

  /** Notes that a property has come, and returns its place. */
  private String come(String name) {
    given.add(name);
    return at(name);
  }

  private String at(String name) {
    return place + "." + name;
  }

  /** None of none is no condition. */
  private void should(List<Filter> parts) {
    if (!parts.isEmpty()) {
      groups.add(new Filter.Any(parts));
    }
  }

  private void mustNot(List<Filter> parts) {
    if (!parts.isEmpty()) {
      groups.add(Combinations.noneOf(parts));
    }
  }

  private static Match match(JsonParser json, String place) {
    List<Match> matches = new ArrayList<>();
    Map<String, Property> known = new HashMap<>();
    known.put(
        VALUE,
        value -> matches.add(new Match(VALUE, List.of(Literal.read(value, place + "." + VALUE)))));
    for (String kind : List.of(ANY, EXCEPT)) {
      known.put(
          kind, value -> matches.add(new Match(kind, Literal.readAll(value, place + "." + kind))));
    }
    known.putAll(refusing(place, UNSUPPORTED_MATCHES));
    JsonRequest.object(json, place, JsonRequest.withoutNulls(known));
    if (matches.size() != 1) {
      throw Refusal.of(place, "must have one of value, any and except");
    }
    return matches.getFirst();
  }

  private static Bounds range(JsonParser json, String place) {
    Map<String, Literal> ends = new HashMap<>();
    Map<String, Property> known = new HashMap<>();
    for (String name : Bounds.NAMES) {
      known.put(name, value -> ends.put(name, Literal.read(value, place + "." + name)));
    }
    JsonRequest.object(json, place, JsonRequest.withoutNulls(known));
    return Bounds.of(ends, place);
  }

  /** {@code {"is_empty": {"key": name}}}, or true or false beside a key. */
  private void empty(JsonParser json, String where) {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      key = PointFilterReader.key(json, where);
      given.add(KEY);
      empty = true;
    } else {
      empty = JsonRequest.flag(json, where);
    }
  }

  /** The filter that all of it is. */
  Filter filter() {
    if (GROUP.containsAll(given)) {
      return groups.size() == 1 ? groups.getFirst() : new Filter.All(groups);
    }
    if (given.equals(Set.of(HAS_ID))) {
      return keys.isEmpty() ? new Filter.Any(List.of()) : new Filter.Keys(keys);
    }
    if (key != null && given.size() == 2) {
      Field field = reader.fields().field(at(KEY), key);
      if (match != null) {
        return match(field, match);
      }
      if (range != null) {
        Literals.checkType(field, at(RANGE), FieldType.LONG, FieldType.DOUBLE, FieldType.TIMESTAMP);
        return range.of(field);
      }
      if (counts != null) {
        return counted(field, counts);
      }
      if (given.contains(IS_EMPTY)) {
        return empty ? new Filter.Not(there(field)) : there(field);
      }
    }
    throw Refusal.of(place, "has " + String.join(", ", given) + WHAT_IS_ALLOWED);
  }

  private static Filter there(Field field) {
    return new Filter.Exists(field.name());
  }

  private Filter match(Field field, Match wanted) {
    if (wanted.kind().equals(EXCEPT)) {
      Literals.checkType(field, at(MATCH + "." + EXCEPT), FieldType.KEYWORD, FieldType.LONG);
      return except(field, values(field, wanted));
    }
    Literals.checkType(field, at(MATCH), FieldType.KEYWORD, FieldType.LONG, FieldType.BOOLEAN);
    List<FieldValue> values = values(field, wanted);
    return values.isEmpty() ? new Filter.Any(List.of()) : new Filter.In(field.name(), values);
  }

  private static List<FieldValue> values(Field field, Match wanted) {
    return wanted.values().stream().map(value -> Literals.of(field, value)).toList();
  }

  /**
   * A value that is none of these lies before the first of them, between two, or behind the last.
   */
  private static Filter except(Field field, List<FieldValue> values) {
    List<FieldValue> sorted = values.stream().distinct().sorted(ORDER).toList();
    if (sorted.isEmpty()) {
      return there(field);
    }
    List<Filter> between = new ArrayList<>();
    Optional<Bound> lower = Optional.empty();
    for (FieldValue value : sorted) {
      Optional<Bound> end = Optional.of(new Bound(value, false));
      between.add(new Filter.Range(field.name(), lower, end));
      lower = end;
    }
    between.add(new Filter.Range(field.name(), lower, Optional.empty()));
    return new Filter.Any(between);
  }

  /** How many values a row has is not kept; whether it has any can be told. */
  private Filter counted(Field field, Counts wanted) {
    boolean none = wanted.least() <= 0 && wanted.most() >= 0;
    boolean some = wanted.least() <= 1 && wanted.most() == Long.MAX_VALUE;
    if (some) {
      return none ? new Filter.All(List.of()) : there(field);
    }
    if (none && wanted.most() == 0) {
      return new Filter.Not(there(field));
    }
    if (wanted.most() < 0 || wanted.least() > wanted.most()) {
      return new Filter.Any(List.of());
    }
    throw Refusal.of(
        at(VALUES_COUNT),
        "can only tell rows that have a value (gte 1) from rows that have none (lt 1): how many values a"
            + " row has is not kept");
  }
}
