package io.weir.api.client;

import java.time.Instant;

/** A value that a filter compares with. */
public sealed interface FieldValue {

  /** A text: of a keyword, or a timestamp as RFC 3339 has it. */
  record Text(String text) implements FieldValue {}

  /** A whole number; of a timestamp, milliseconds since the epoch. */
  record Whole(long number) implements FieldValue {}

  /** A number; must be finite. */
  record Real(double number) implements FieldValue {

    /** Checks that it is finite. */
    public Real {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException("a value is " + number + "; allowed are finite numbers");
      }
    }
  }

  /** True or false. */
  record Flag(boolean flag) implements FieldValue {}

  /** A text. */
  static FieldValue value(String text) {
    return new Text(text);
  }

  /** A whole number. */
  static FieldValue value(long number) {
    return new Whole(number);
  }

  /** A number. */
  static FieldValue value(double number) {
    return new Real(number);
  }

  /** True or false. */
  static FieldValue value(boolean flag) {
    return new Flag(flag);
  }

  /** A moment. */
  static FieldValue value(Instant moment) {
    return new Text(moment.toString());
  }
}
