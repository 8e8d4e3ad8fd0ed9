package io.weir.ingest;

/** How the values of a topic hold vectors; README.md shows each. */
public enum RecordFormat {
  /** One JSON object: {@code {"vector": [...], "payload": {...}}}. */
  JSON,
  /** Raw little-endian float32; the headers are the payload. */
  FLOAT32
}
