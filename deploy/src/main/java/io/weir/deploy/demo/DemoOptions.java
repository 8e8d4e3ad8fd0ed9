package io.weir.deploy.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked a demo for.
 *
 * @param folder where the data is kept, or null for a temporary folder
 * @param httpPort the HTTP port, or null for 8080 or the next free one
 * @param kafkaPort the broker's port, or 0 for a free one
 * @param partitions partitions of the topic, if it is new
 * @param stream what is streamed
 */
record DemoOptions(
    @Nullable Path folder,
    @Nullable Integer httpPort,
    int kafkaPort,
    int partitions,
    DemoStream stream) {

  static final int DEFAULT_HTTP_PORT = 8080;

  /** The HTTP port to try first. */
  int wantedHttpPort() {
    return httpPort == null ? DEFAULT_HTTP_PORT : httpPort;
  }
}
