package io.weir.api.filter;

import io.weir.api.json.JsonRequest;
import io.weir.api.json.JsonRequest.Property;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.query.Filter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** One object of a filter, a group or a condition, as its properties come. */
final class FilterPart {

  private static final String MUST = "must";
  private static final String SHOULD = "should";
  private static final String MUST_NOT = "mustNot";
  private static final String FIELD = "field";
  private static final String MATCH = "match";
  private static final String ANY = "any";
  private static final String RANGE = "range";
  private static final String EXISTS = "exists";
  private static final String PREFIX = "prefix";
  private static final String KEYS = "keys";
  private static final String OFFSET = "offset";
  private static final String PARTITION = "partition";
  private static final String TIMESTAMP = "timestamp";
  private static final Set<String> GROUP = Set.of(MUST, SHOULD, MUST_NOT);
  private static final Set<String> TESTS = Set.of(MATCH, ANY, RANGE, EXISTS, PREFIX);
  private static final String WHAT_IS_ALLOWED =
      "; allowed are must, should and mustNot, or field with one of match, any, range, exists and"
          + " prefix, or keys, or offset (with partition), or timestamp";

  private final FilterReader reader;
  private final FilterNodes nodes;
  private final String place;

  /** The names of the properties that have come. */
  private final Set<String> given = new TreeSet<>();

  private List<Filter> must = List.of();
  private List<Filter> should = List.of();
  private List<Filter> mustNot = List.of();
  private @Nullable String field;
  private @Nullable Literal match;
  private List<Literal> any = List.of();
  private @Nullable Bounds range;
  private boolean exists;
  private String prefix = "";
  private List<String> keys = List.of();
  private @Nullable Bounds offset;
  private OptionalInt partition = OptionalInt.empty();
  private @Nullable Bounds timestamp;

  FilterPart(FilterReader reader, FilterNodes nodes, String place) {
    this.reader = reader;
    this.nodes = nodes;
    this.place = place;
  }

  /** What reads the properties of a group. */
  Map<String, Property> groupProperties() {
    return Map.of(
        MUST,
        json -> must = nodes.list(json, come(MUST)),
        SHOULD,
        json -> should = nodes.list(json, come(SHOULD)),
        MUST_NOT,
        json -> mustNot = nodes.list(json, come(MUST_NOT)));
  }

  /** What reads the properties of a group or a condition. */
  Map<String, Property> properties() {
    Map<String, Property> known = new HashMap<>(groupProperties());
    known.put(FIELD, json -> field = JsonRequest.text(json, come(FIELD)));
    known.put(MATCH, json -> match = Literal.read(json, come(MATCH)));
    known.put(ANY, json -> any = any(json, come(ANY)));
    known.put(RANGE, json -> range = Bounds.read(json, come(RANGE)));
    known.put(EXISTS, json -> exists = JsonRequest.flag(json, come(EXISTS)));
    known.put(PREFIX, json -> prefix = text(JsonRequest.text(json, come(PREFIX)), PREFIX));
    known.put(KEYS, json -> keys = keys(json, come(KEYS)));
    known.put(OFFSET, json -> offset = Bounds.read(json, come(OFFSET)));
    known.put(PARTITION, json -> partition = partition(json, come(PARTITION)));
    known.put(TIMESTAMP, json -> timestamp = Bounds.read(json, come(TIMESTAMP)));
    return known;
  }

  /** Notes that a property has come, and returns its place. */
  private String come(String name) {
    given.add(name);
    return at(name);
  }

  private String at(String name) {
    return place + "." + name;
  }

  private static List<Literal> any(JsonParser json, String where) {
    return notEmpty(Literal.readAll(json, where), where);
  }

  private List<String> keys(JsonParser json, String where) {
    List<String> read = new ArrayList<>();
    JsonRequest.array(
        json,
        where,
        FilterReader.MAX_VALUES,
        i ->
            element -> {
              String name = KEYS + "[" + i + "]";
              read.add(text(JsonRequest.text(element, at(name)), name));
            });
    return notEmpty(read, where);
  }

  private static <T> List<T> notEmpty(List<T> values, String where) {
    if (values.isEmpty()) {
      throw Refusal.of(where, "is empty; give 1 to " + FilterReader.MAX_VALUES + " values");
    }
    return values;
  }

  private String text(String text, String name) {
    if (!Literals.isText(text)) {
      throw Refusal.of(at(name), "is no Unicode text: half of a surrogate pair stands alone in it");
    }
    return text;
  }

  private static OptionalInt partition(JsonParser json, String where) {
    int number = JsonRequest.integer(json, where);
    if (number < 0) {
      throw Refusal.of(where, "is " + number + "; it must not be negative");
    }
    return OptionalInt.of(number);
  }

  /** The filter that all of it is. */
  Filter filter() {
    if (given.isEmpty()) {
      throw Refusal.of(place, "is empty" + WHAT_IS_ALLOWED);
    }
    if (GROUP.containsAll(given)) {
      return group();
    }
    if (given.equals(Set.of(KEYS))) {
      return new Filter.Keys(keys);
    }
    if (offset != null && Set.of(OFFSET, PARTITION).containsAll(given)) {
      return offset.ofOffsets(partition);
    }
    if (timestamp != null && given.size() == 1) {
      return timestamp.ofTimestamps();
    }
    if (field != null && given.size() == 2 && TESTS.stream().anyMatch(given::contains)) {
      return condition(reader.field(at(FIELD), field));
    }
    throw Refusal.of(place, "has " + String.join(", ", given) + WHAT_IS_ALLOWED);
  }

  private Filter group() {
    List<Filter> all = new ArrayList<>(must);
    if (!should.isEmpty()) {
      all.add(new Filter.Any(should));
    }
    if (!mustNot.isEmpty()) {
      all.add(Combinations.noneOf(mustNot));
    }
    return all.size() == 1 ? all.getFirst() : new Filter.All(all);
  }

  private Filter condition(Field declared) {
    String name = declared.name();
    if (match != null) {
      return new Filter.In(name, List.of(Literals.of(declared, match)));
    }
    if (!any.isEmpty()) {
      return new Filter.In(name, any.stream().map(one -> Literals.of(declared, one)).toList());
    }
    if (range != null) {
      Literals.checkType(
          declared,
          at(RANGE),
          FieldType.KEYWORD,
          FieldType.LONG,
          FieldType.DOUBLE,
          FieldType.TIMESTAMP);
      return range.of(declared);
    }
    if (given.contains(PREFIX)) {
      Literals.checkType(declared, at(PREFIX), FieldType.KEYWORD);
      return new Filter.Prefix(name, prefix);
    }
    Filter there = new Filter.Exists(name);
    return exists ? there : new Filter.Not(there);
  }
}
