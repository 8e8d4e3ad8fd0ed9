package io.weir.api.client;

import java.util.Optional;

/**
 * A range of values, open where it has no end.
 *
 * @param lower its lower end
 * @param upper its upper end
 */
public record Range(Optional<End> lower, Optional<End> upper) {

  /**
   * An end.
   *
   * @param inclusive whether it belongs to the range
   */
  public record End(FieldValue value, boolean inclusive) {}

  /** Everything; give it an end at least. */
  public static Range of() {
    return new Range(Optional.empty(), Optional.empty());
  }

  /** Returns this range above a value. */
  public Range gt(FieldValue value) {
    return new Range(Optional.of(new End(value, false)), upper);
  }

  /** Returns this range from a value on. */
  public Range gte(FieldValue value) {
    return new Range(Optional.of(new End(value, true)), upper);
  }

  /** Returns this range below a value. */
  public Range lt(FieldValue value) {
    return new Range(lower, Optional.of(new End(value, false)));
  }

  /** Returns this range up to a value, which belongs to it. */
  public Range lte(FieldValue value) {
    return new Range(lower, Optional.of(new End(value, true)));
  }

  /** Returns this range as one that has an end. */
  Range bounded() {
    if (lower.isEmpty() && upper.isEmpty()) {
      throw new IllegalArgumentException(
          "the range has no end; give gt or gte, lt or lte, or one of each pair");
    }
    return this;
  }
}
