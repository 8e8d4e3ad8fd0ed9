package io.weir.api.client;

import java.util.List;
import java.util.OptionalInt;

/**
 * A condition of a filter. Those of fields are made by {@link Field}; a field with several values
 * meets one if one of them does, a field without a value meets none but that it is missing.
 */
public sealed interface Condition extends FilterPart {

  /** The field has this value. */
  record Match(String field, FieldValue value) implements Condition {}

  /** The field has one of these values. */
  record Any(String field, List<FieldValue> values) implements Condition {

    /** Copies the list. */
    public Any {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("field " + field + " has no value to be; give one");
      }
    }
  }

  /** The field has a value in the range; not for booleans. */
  record InRange(String field, Range range) implements Condition {

    /** Checks that the range has an end. */
    public InRange {
      range = range.bounded();
    }
  }

  /** The field has a value, or has none. */
  record Exists(String field, boolean exists) implements Condition {}

  /** The field, a keyword, has a value that begins so. */
  record Prefix(String field, String prefix) implements Condition {}

  /** The row's key is one of these. */
  record Keys(List<String> keys) implements Condition {

    /** Copies the list. */
    public Keys {
      keys = List.copyOf(keys);
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("there is no key; give one at least");
      }
    }
  }

  /**
   * The row's Kafka offset is in the range.
   *
   * @param partition only there; in all where it is empty
   */
  record Offsets(Range range, OptionalInt partition) implements Condition {

    /** Checks that the range has an end. */
    public Offsets {
      range = range.bounded();
    }
  }

  /** The row's Kafka timestamp is in the range; one without is in none. */
  record Timestamps(Range range) implements Condition {

    /** Checks that the range has an end. */
    public Timestamps {
      range = range.bounded();
    }
  }

  /** The row's key is one of these. */
  static Condition keys(String... keys) {
    return new Keys(List.of(keys));
  }

  /** The row's Kafka offset is in the range, whatever the partition. */
  static Condition offsets(Range range) {
    return new Offsets(range, OptionalInt.empty());
  }

  /** The row came from the partition, and its Kafka offset is in the range. */
  static Condition offsets(int partition, Range range) {
    return new Offsets(range, OptionalInt.of(partition));
  }

  /** The row's Kafka timestamp is in the range. */
  static Condition timestamps(Range range) {
    return new Timestamps(range);
  }
}
