package io.weir.deploy.config;

import io.weir.storage.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All settings of a Weir process.
 *
 * @param kafka the cluster that feeds it
 * @param data folder that holds the collections; made where it is missing
 * @param http where it answers
 * @param store how memory and disk are used
 * @param collections what is fed from where: 1 to {@link #MAX_COLLECTIONS}, no name and no topic
 *     twice
 */
public record WeirConfig(
    KafkaConfig kafka,
    Path data,
    HttpConfig http,
    StoreOptions store,
    List<CollectionConfig> collections) {

  /** The most collections of a process. */
  public static final int MAX_COLLECTIONS = 1_000;

  /** The longest time between scheduled checkpoints. */
  public static final Duration MAX_CHECKPOINT_INTERVAL = Duration.ofDays(1);

  /** The smallest size at which a segment file is full. */
  public static final long MIN_SEGMENT_BYTES = 1L << 20;

  /** Checks the number of collections. */
  public WeirConfig {
    collections = List.copyOf(collections);
    if (collections.isEmpty() || collections.size() > MAX_COLLECTIONS) {
      throw new IllegalArgumentException(
          collections.size() + " collections; allowed are 1 to " + MAX_COLLECTIONS);
    }
  }
}
