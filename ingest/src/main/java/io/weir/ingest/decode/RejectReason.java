package io.weir.ingest.decode;

/** Why bytes are not a record. What a schema refuses comes from the shard, not from here. */
public enum RejectReason {
  /** The record has no key, or an empty one. */
  MISSING_KEY("missing-key", Part.KEY),
  /** The key is not UTF-8. */
  KEY_NOT_UTF8("key-not-utf8", Part.KEY),
  /** The key has another length than its format. */
  KEY_WRONG_LENGTH("key-wrong-length", Part.KEY),
  /** The value has no bytes; a delete has a null value. */
  EMPTY_VALUE("empty-value", Part.VALUE),
  /** The value is not one JSON object, or its text breaks a limit of the parser. */
  MALFORMED_JSON("malformed-json", Part.VALUE),
  /** The object has no vector, or a null one. */
  MISSING_VECTOR("missing-vector", Part.VALUE),
  /** The vector is not an array of numbers. */
  VECTOR_NOT_NUMBERS("vector-not-numbers", Part.VALUE),
  /** The payload is neither an object nor null. */
  PAYLOAD_NOT_OBJECT("payload-not-object", Part.VALUE),
  /** The payload has bytes that are not UTF-8. */
  PAYLOAD_NOT_UTF8("payload-not-utf8", Part.VALUE),
  /** The object has a field that this format does not know: its content would be lost. */
  UNKNOWN_FIELD("unknown-field", Part.VALUE),
  /** The object has a field twice. */
  DUPLICATE_FIELD("duplicate-field", Part.VALUE),
  /** The value names another collection than the one that its topic feeds. */
  OTHER_COLLECTION("other-collection", Part.VALUE),
  /** The value carries an id that is not the record's key. */
  ID_NOT_KEY("id-not-key", Part.VALUE),
  /** The value's length is not a whole number of float32. */
  VALUE_NOT_FLOAT32("value-not-float32", Part.VALUE),
  /** Neither the value nor a header says which schema the value has, and no file gives one. */
  NOT_FRAMED("not-framed", Part.VALUE),
  /** The header that names the schema is none that a serializer writes. */
  MALFORMED_SCHEMA_HEADER("malformed-schema-header", Part.HEADER),
  /** The registry does not know the schema that the value names. */
  UNKNOWN_SCHEMA("unknown-schema", Part.VALUE),
  /** The schema is none of this format, or cannot be understood. */
  UNUSABLE_SCHEMA("unusable-schema", Part.VALUE),
  /** The schema has no field for the vector, or one of another type. */
  SCHEMA_WITHOUT_VECTOR("schema-without-vector", Part.VALUE),
  /** The value is not Avro of its schema. */
  MALFORMED_AVRO("malformed-avro", Part.VALUE),
  /** The value is not Protobuf of its message. */
  MALFORMED_PROTOBUF("malformed-protobuf", Part.VALUE),
  /** What would become payload is larger than a payload may be. */
  PAYLOAD_TOO_LARGE("payload-too-large", Part.VALUE),
  /** The record says that it is a CloudEvent and is none, or one without data of this format. */
  MALFORMED_CLOUDEVENT("malformed-cloudevent", Part.VALUE),
  /** A header that would become payload is not UTF-8. */
  HEADER_NOT_UTF8("header-not-utf8", Part.HEADER);

  /** Which part of a record is at fault. */
  public enum Part {
    /** The key. */
    KEY,
    /** The value. */
    VALUE,
    /** A header. */
    HEADER
  }

  private final String id;
  private final Part part;

  RejectReason(String id, Part part) {
    this.id = id;
    this.part = part;
  }

  /** The stable name to count by. */
  public String id() {
    return id;
  }

  /** The part at fault. */
  public Part part() {
    return part;
  }
}
