package io.weir.ingest.decode;

/** What a JSON value is, told by its first byte. */
enum JsonKind {
  START_OBJECT("an object"),
  START_ARRAY("an array"),
  VALUE_STRING("a string"),
  VALUE_NUMBER("a number"),
  VALUE_BOOLEAN("a boolean"),
  VALUE_NULL("null"),
  /** The text ends before a value begins. */
  NOTHING("not there");

  private final String description;

  JsonKind(String description) {
    this.description = description;
  }

  /** For people, behind "is". */
  String description() {
    return description;
  }
}
