package io.weir.storage.field;

import java.util.Locale;

/** What the values of a field are. */
public enum FieldType {
  /** Text, compared by the bytes of its UTF-8. */
  KEYWORD(0),
  /** A whole number of 64 bits. */
  LONG(1),
  /** A finite number of double precision; -0 is 0. */
  DOUBLE(2),
  /** True or false; false comes first. */
  BOOLEAN(3),
  /** A moment, in milliseconds since the epoch. */
  TIMESTAMP(4);

  private final int code;

  FieldType(int code) {
    this.code = code;
  }

  /** Its name in settings, requests and messages. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The number that stands for it in files. */
  public int code() {
    return code;
  }

  /**
   * Returns the type that a number in a file stands for.
   *
   * @throws IllegalArgumentException if none does
   */
  public static FieldType ofCode(int code) {
    for (FieldType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("no type of fields has the code " + code);
  }
}
