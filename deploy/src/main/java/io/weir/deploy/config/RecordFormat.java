package io.weir.deploy.config;

/** How a record's value holds its vector. */
public enum RecordFormat {
  /** A JSON object, {@code {"vector": [...], "payload": {...}}}. */
  JSON,
  /** The components as little-endian float32, nothing else. */
  FLOAT32
}
