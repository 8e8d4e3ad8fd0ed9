package io.weir.storage.query;

import io.weir.storage.field.FieldValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which rows count in a search. A field with several values in a row meets a condition if one of
 * them does; one without a value in a row meets none.
 *
 * <p>Values are of the types of the fields that they are compared with, and fields are declared;
 * else a search refuses the filter with an {@link UnfitFilterException}.
 */
public sealed interface Filter {

  /** The most conditions and groups in one filter. */
  int MAX_NODES = 1_024;

  /** The most groups within each other. */
  int MAX_DEPTH = 16;

  /** All of these; every row where there are none. */
  record All(List<Filter> filters) implements Filter {
    /** Copies the list. */
    public All {
      filters = List.copyOf(filters);
    }
  }

  /** At least one of these; no row where there are none. */
  record Any(List<Filter> filters) implements Filter {
    /** Copies the list. */
    public Any {
      filters = List.copyOf(filters);
    }
  }

  /** Those that another filter does not let through. */
  record Not(Filter filter) implements Filter {}

  /** The field has one of these values. */
  record In(String field, List<FieldValue> values) implements Filter {
    /** Copies the list. */
    public In {
      values = List.copyOf(values);
    }
  }

  /** The field has a value between these, where they are given. */
  record Range(String field, Optional<Bound> lower, Optional<Bound> upper) implements Filter {}

  /** An end of a range. */
  record Bound(FieldValue value, boolean inclusive) {}

  /** The field has a value. */
  record Exists(String field) implements Filter {}

  /** The field, a keyword, has a value that begins so. */
  record Prefix(String field, String prefix) implements Filter {}

  /** The row's key is one of these. */
  record Keys(List<String> keys) implements Filter {
    /** Copies the list. */
    public Keys {
      keys = List.copyOf(keys);
    }
  }

  /**
   * The row's Kafka offset is from {@code from} on and below {@code to}.
   *
   * @param partition the only partition whose rows count; empty for all
   */
  record Offsets(OptionalInt partition, long from, long to) implements Filter {}

  /**
   * The row's Kafka timestamp, in milliseconds, is from {@code from} on and at most {@code to}. A
   * row without a timestamp is not in any.
   */
  record Timestamps(long from, long to) implements Filter {}
}
