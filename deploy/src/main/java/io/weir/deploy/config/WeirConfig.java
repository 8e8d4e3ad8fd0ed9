package io.weir.deploy.config;

import io.weir.ingest.Assignment;
import io.weir.ingest.registry.RegistrySettings;
import io.weir.storage.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All settings of a Weir process.
 *
 * @param kafka the cluster that feeds it
 * @param data folder that holds the collections; made where it is missing
 * @param http where it answers
 * @param store how memory and disk are used
 * @param collections what is fed from where: 1 to {@link #MAX_COLLECTIONS}, no name and no topic
 *     twice
 * @param assignment which partitions of their topics are read here
 * @param schemaRegistry where the schemas of avro and protobuf are that no file gives
 * @param readiness when it says that it is ready
 * @param logs where the logs of requests go
 * @param views what clients may hold
 */
public record WeirConfig(
    KafkaConfig kafka,
    Path data,
    HttpConfig http,
    StoreOptions store,
    List<CollectionConfig> collections,
    Assignment assignment,
    Optional<RegistrySettings> schemaRegistry,
    ReadinessConfig readiness,
    LogConfig logs,
    ViewConfig views) {

  /** The most collections of a process. */
  public static final int MAX_COLLECTIONS = 1_000;

  /** The longest time between scheduled checkpoints. */
  public static final Duration MAX_CHECKPOINT_INTERVAL = Duration.ofDays(1);

  /** The longest time for which replaced rows are kept. */
  public static final Duration MAX_HISTORY_TIME = Duration.ofDays(365);

  /** The shortest pause between two passes over the files. */
  public static final Duration MIN_SCRUB_INTERVAL = Duration.ofMinutes(1);

  /** The longest pause between two passes over the files. */
  public static final Duration MAX_SCRUB_INTERVAL = Duration.ofDays(365);

  /** The smallest size at which a segment file is full. */
  public static final long MIN_SEGMENT_BYTES = 1L << 20;

  /** Ready when it is caught up; without a log of all requests; with the usual limits of views. */
  public WeirConfig(
      KafkaConfig kafka,
      Path data,
      HttpConfig http,
      StoreOptions store,
      List<CollectionConfig> collections,
      Assignment assignment,
      Optional<RegistrySettings> schemaRegistry) {
    this(
        kafka,
        data,
        http,
        store,
        collections,
        assignment,
        schemaRegistry,
        ReadinessConfig.defaults(),
        LogConfig.defaults(),
        ViewConfig.defaults());
  }

  /** Reads every partition; without a schema registry. */
  public WeirConfig(
      KafkaConfig kafka,
      Path data,
      HttpConfig http,
      StoreOptions store,
      List<CollectionConfig> collections) {
    this(kafka, data, http, store, collections, new Assignment.All(), Optional.empty());
  }

  /** Checks the number of collections. */
  public WeirConfig {
    collections = List.copyOf(collections);
    if (collections.isEmpty() || collections.size() > MAX_COLLECTIONS) {
      throw new IllegalArgumentException(
          collections.size() + " collections; allowed are 1 to " + MAX_COLLECTIONS);
    }
  }
}
