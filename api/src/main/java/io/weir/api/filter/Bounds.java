package io.weir.api.filter;

import io.weir.api.json.JsonRequest;
import io.weir.api.json.JsonRequest.Property;
import io.weir.storage.field.Field;
import io.weir.storage.query.Filter;
import io.weir.storage.query.Filter.Bound;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;
import tools.jackson.core.JsonParser;

/**
 * The ends of a range: {@code gt} or {@code gte}, {@code lt} or {@code lte}, at least one.
 *
 * @param lower the lower end
 * @param upper the upper end
 */
record Bounds(Optional<End> lower, Optional<End> upper) {

  private static final String GT = "gt";
  private static final String GTE = "gte";
  private static final String LT = "lt";
  private static final String LTE = "lte";

  /** What ends are called. */
  static final List<String> NAMES = List.of(GT, GTE, LT, LTE);

  /** An end of a range. */
  record End(Literal value, boolean inclusive) {}

  /** Reads the object that the parser stands on. */
  static Bounds read(JsonParser json, String place) {
    Map<String, Literal> ends = new HashMap<>();
    Map<String, Property> known = new HashMap<>();
    for (String name : NAMES) {
      known.put(name, value -> ends.put(name, Literal.read(value, place + "." + name)));
    }
    JsonRequest.object(json, place, known);
    return of(ends, place);
  }

  /**
   * Takes the ends that were given.
   *
   * @param ends by the names {@link #NAMES}
   */
  static Bounds of(Map<String, Literal> ends, String place) {
    if (ends.isEmpty()) {
      throw Refusal.of(place, "is empty; give gt or gte, lt or lte, or one of each pair");
    }
    return new Bounds(end(ends, place, GT, GTE), end(ends, place, LT, LTE));
  }

  private static Optional<End> end(
      Map<String, Literal> ends, String place, String exclusive, String inclusive) {
    Literal without = ends.get(exclusive);
    Literal with = ends.get(inclusive);
    if (without != null && with != null) {
      throw Refusal.of(place, "has " + exclusive + " and " + inclusive + "; give one of them");
    }
    if (without != null) {
      return Optional.of(new End(without, false));
    }
    return Optional.ofNullable(with).map(value -> new End(value, true));
  }

  /** The rows with a value of a field in this range. */
  Filter of(Field field) {
    return new Filter.Range(
        field.name(), lower.map(end -> bound(field, end)), upper.map(end -> bound(field, end)));
  }

  private static Bound bound(Field field, End end) {
    return new Bound(Literals.of(field, end.value()), end.inclusive());
  }

  /** The rows with an offset in this range. */
  Filter ofOffsets(OptionalInt partition) {
    return new Filter.Offsets(
        partition,
        lower.map(end -> first(end, Literals::offset)).orElse(0L),
        upper.map(end -> behind(end, Literals::offset)).orElse(Long.MAX_VALUE));
  }

  /** The rows with a Kafka timestamp in this range. */
  Filter ofTimestamps() {
    long from = lower.map(end -> first(end, Literals::millis)).orElse(Long.MIN_VALUE);
    long behind = upper.map(end -> behind(end, Literals::millis)).orElse(Long.MAX_VALUE);
    // There is no moment before the first; the last is as good as none.
    return behind == Long.MIN_VALUE
        ? new Filter.Any(List.of())
        : new Filter.Timestamps(from, behind == Long.MAX_VALUE ? behind : behind - 1);
  }

  /** The first number of the range; the largest, which no row has, where there is none. */
  private static long first(End end, ToLongFunction<Literal> reading) {
    long value = reading.applyAsLong(end.value());
    return end.inclusive() || value == Long.MAX_VALUE ? value : value + 1;
  }

  /** The first number behind the range. */
  private static long behind(End end, ToLongFunction<Literal> reading) {
    long value = reading.applyAsLong(end.value());
    return !end.inclusive() || value == Long.MAX_VALUE ? value : value + 1;
  }
}
