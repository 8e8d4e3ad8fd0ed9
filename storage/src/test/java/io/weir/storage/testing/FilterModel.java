package io.weir.storage.testing;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.query.Filter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Which rows a filter lets through, told value by value. */
public final class FilterModel {
  private FilterModel() {}

  /** A row. */
  public record Row(
      String key,
      int partition,
      long offset,
      long timestampMillis,
      Map<String, List<FieldValue>> values) {}

  /** Whether a filter lets a row through, with fields as they are declared now. */
  public static boolean matches(Filter filter, Row row, List<Field> declared) {
    return switch (filter) {
      case Filter.All(List<Filter> filters) ->
          filters.stream().allMatch(one -> matches(one, row, declared));
      case Filter.Any(List<Filter> filters) ->
          filters.stream().anyMatch(one -> matches(one, row, declared));
      case Filter.Not(Filter other) -> !matches(other, row, declared);
      case Filter.In(String field, List<FieldValue> values) ->
          values(row, field, declared).stream()
              .anyMatch(value -> values.stream().anyMatch(one -> compare(one, value) == 0));
      case Filter.Range(String field, Optional<Filter.Bound> lower, Optional<Filter.Bound> upper) ->
          values(row, field, declared).stream()
              .anyMatch(value ->
                  isAbove(value, lower) && upper.stream().allMatch(end -> isBelow(value, end)));
      case Filter.Exists(String field) -> !values(row, field, declared).isEmpty();
      case Filter.Prefix(String field, String prefix) ->
          values(row, field, declared).stream()
              .anyMatch(value -> ((FieldValue.Keyword) value).text().startsWith(prefix));
      case Filter.Keys(List<String> keys) -> keys.contains(row.key());
      case Filter.Offsets(OptionalInt partition, long from, long to) ->
          partition.stream().allMatch(one -> one == row.partition())
              && row.offset() >= from
              && row.offset() < to;
      case Filter.Timestamps(long from, long to) ->
          row.timestampMillis() >= 0
              && row.timestampMillis() >= from
              && row.timestampMillis() <= to;
    };
  }

  private static boolean isAbove(FieldValue value, Optional<Filter.Bound> lower) {
    return lower.stream()
        .allMatch(end -> {
          int order = compare(end.value(), value);
          return order < 0 || (order == 0 && end.inclusive());
        });
  }

  private static boolean isBelow(FieldValue value, Filter.Bound end) {
    int order = compare(value, end.value());
    return order < 0 || (order == 0 && end.inclusive());
  }

  /** The values that count. */
  private static List<FieldValue> values(Row row, String name, List<Field> declared) {
    Field field =
        declared.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    return row.values().getOrDefault(name, List.of()).stream()
        .filter(value -> isOf(field.type(), value))
        .limit(Field.MAX_VALUES)
        .toList();
  }

  private static boolean isOf(FieldType type, FieldValue value) {
    return switch (value) {
      case FieldValue.Keyword(String text) ->
          type == FieldType.KEYWORD
              && text.getBytes(StandardCharsets.UTF_8).length <= Field.MAX_KEYWORD_BYTES;
      case FieldValue.Whole _ -> type == FieldType.LONG || type == FieldType.TIMESTAMP;
      case FieldValue.Real(double real) -> type == FieldType.DOUBLE && Double.isFinite(real);
      case FieldValue.Flag _ -> type == FieldType.BOOLEAN;
    };
  }

  private static int compare(FieldValue a, FieldValue b) {
    if (a instanceof FieldValue.Keyword(String left)
        && b instanceof FieldValue.Keyword(String right)) {
      return Arrays.compareUnsigned(
          left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
    if (a instanceof FieldValue.Whole(long left) && b instanceof FieldValue.Whole(long right)) {
      return Long.compare(left, right);
    }
    if (a instanceof FieldValue.Real(double left) && b instanceof FieldValue.Real(double right)) {
      return left < right ? -1 : left > right ? 1 : 0;
    }
    if (a instanceof FieldValue.Flag(boolean left) && b instanceof FieldValue.Flag(boolean right)) {
      return Boolean.compare(left, right);
    }
    throw new AssertionError(a + " against " + b);
  }
}
