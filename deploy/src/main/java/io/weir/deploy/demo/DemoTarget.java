package io.weir.deploy.demo;

import io.weir.storage.RecoveryReport;
import io.weir.storage.StoreStats;
import io.weir.storage.field.Field;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the demo shows: starts a Weir of one collection against a broker. */
@FunctionalInterface
public interface DemoTarget {

  /**
   * Opens the store, begins to take in the collection's topic, and serves HTTP on loopback.
   *
   * @return once requests are answered; the topic need not be taken in by then
   * @throws IOException if it cannot start, in words for the user; nothing stays open then
   */
  Running start(Settings settings) throws IOException;

  /**
   * What to start.
   *
   * @param bootstrapServers the broker
   * @param dataFolder the store's folder; may hold data of an earlier run, other collections too
   * @param httpPort the port on 127.0.0.1
   * @param nextFreePort if that port is taken: whether to take the next free one or to refuse
   * @param checkpointInterval time between scheduled checkpoints
   * @param collection the collection's name
   * @param topic its topic; exists
   * @param schema its dimension and metric
   * @param format how the topic's values are read
   * @param fields of payloads, that searches can filter by
   */
  record Settings(
      String bootstrapServers,
      Path dataFolder,
      int httpPort,
      boolean nextFreePort,
      Duration checkpointInterval,
      String collection,
      String topic,
      VectorSchema schema,
      Format format,
      List<Field> fields) {}

  /** How values are read: the formats {@code json} and {@code float32} of a collection. */
  enum Format {
    /** An object with {@code vector} and {@code payload}. */
    JSON,
    /** Raw little-endian components. */
    FLOAT32
  }

  /** A running Weir. */
  interface Running {

    /** Where it serves, such as {@code http://127.0.0.1:8080}. */
    URI httpAddress();

    /** What opening the store found. */
    RecoveryReport recovery();

    /** Figures of the store, now. */
    StoreStats stats();

    /**
     * Stops in order: taking in, a final checkpoint, HTTP, the store.
     *
     * @return figures after the final checkpoint
     * @throws IOException if the final checkpoint failed; everything is stopped all the same
     */
    StoreStats stop() throws IOException;
  }
}
