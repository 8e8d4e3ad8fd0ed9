package io.weir.ingest;

/** How the values of a topic hold vectors; README.md shows each. */
public enum RecordFormat {
  /** One JSON object: {@code {"vector": [...], "payload": {...}}}. */
  JSON,
  /** Raw little-endian float32; the headers are the payload. */
  FLOAT32,
  /** Avro records, with schemas from a registry or a file. */
  AVRO,
  /** Protobuf messages, with schemas from a registry or a file. */
  PROTOBUF;

  /** Whether values can only be read with a schema. */
  public boolean hasSchema() {
    return this == AVRO || this == PROTOBUF;
  }
}
