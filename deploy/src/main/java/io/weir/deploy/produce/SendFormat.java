package io.weir.deploy.produce;

/** What records are sent as; a collection's {@code format} must be the same. */
enum SendFormat {
  JSON,
  FLOAT32
}
