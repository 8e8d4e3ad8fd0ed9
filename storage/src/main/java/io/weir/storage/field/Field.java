package io.weir.storage.field;

import java.nio.charset.StandardCharsets;

/**
 * A field of payloads that a collection declares, so that filters may name it.
 *
 * @param name its name, 1..{@link #MAX_NAME_BYTES} bytes of UTF-8; of a property within objects,
 *     their names and its own, joined by dots
 * @param type what its values are
 */
public record Field(String name, FieldType type) {

  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_NAME_BYTES = 128;

  /** The longest value of a keyword that counts, in bytes of UTF-8; a longer one is no value. */
  public static final int MAX_KEYWORD_BYTES = 1_024;

  /** The most values of a field in one row that count; those that follow do not. */
  public static final int MAX_VALUES = 256;

  /** Checks the name's length. */
  public Field {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "the name of a field has " + length + " bytes; allowed are 1 to " + MAX_NAME_BYTES);
    }
  }
}
