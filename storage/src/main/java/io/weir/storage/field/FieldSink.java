package io.weir.storage.field;

/**
 * Takes the values that a payload has for declared fields; {@code field} is the field's number in
 * {@link DeclaredFields#fields}.
 *
 * <p><b>Threads:</b> one.
 */
public interface FieldSink {

  /**
   * Takes a value of a keyword.
   *
   * @param bytes holds its UTF-8 from {@code from} to {@code to}; borrowed until this returns
   */
  void keyword(int field, byte[] bytes, int from, int to);

  /** Takes a value of a long, or of a timestamp in milliseconds since the epoch. */
  void whole(int field, long value);

  /** Takes a value of a double; finite. */
  void real(int field, double value);

  /** Takes a value of a boolean. */
  void flag(int field, boolean value);
}
