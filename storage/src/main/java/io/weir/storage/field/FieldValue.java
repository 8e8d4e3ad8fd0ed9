package io.weir.storage.field;

/** A value that a filter compares a field's with; of the field's type. */
public sealed interface FieldValue {

  /** Of a {@link FieldType#KEYWORD}. */
  record Keyword(String text) implements FieldValue {}

  /** Of a {@link FieldType#LONG}, or a {@link FieldType#TIMESTAMP} in milliseconds. */
  record Whole(long value) implements FieldValue {}

  /** Of a {@link FieldType#DOUBLE}; finite. */
  record Real(double value) implements FieldValue {}

  /** Of a {@link FieldType#BOOLEAN}. */
  record Flag(boolean value) implements FieldValue {}
}
