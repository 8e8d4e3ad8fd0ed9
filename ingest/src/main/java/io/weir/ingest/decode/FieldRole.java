package io.weir.ingest.decode;

/** What a field of a record or message is to us. */
enum FieldRole {
  /** The vector. */
  VECTOR,
  /** Must be the record's key. */
  ID,
  /** Must be this collection. */
  COLLECTION_NAME,
  /** All of the payload. */
  PAYLOAD,
  /** One field of the payload. */
  MEMBER;

  static FieldRole of(String name, String vectorField) {
    // First: whoever calls the vector "payload" means it.
    if (name.equals(vectorField)) {
      return VECTOR;
    }
    return switch (name) {
      case "id" -> ID;
      case "collection_name" -> COLLECTION_NAME;
      case "payload" -> PAYLOAD;
      default -> MEMBER;
    };
  }
}
