package io.weir.deploy.config;

import io.weir.storage.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All settings of a Weir process.
 *
 * @param kafka the cluster that feeds it
 * @param data folder that holds the collections; made where it is missing
 * @param http where it answers
 * @param store how memory and disk are used
 * @param collections what is fed from where: 1 to {@link #MAX_COLLECTIONS}, no name twice, no
 *     dead-letter topic that one of them reads
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

  /** Checks what the parts cannot check alone. */
  public WeirConfig {
    collections = List.copyOf(collections);
    if (collections.isEmpty() || collections.size() > MAX_COLLECTIONS) {
      throw new IllegalArgumentException(
          collections.size() + " collections; allowed are 1 to " + MAX_COLLECTIONS);
    }
    Set<String> names = new HashSet<>();
    Set<String> topics = new HashSet<>();
    for (CollectionConfig collection : collections) {
      topics.add(collection.topic());
      if (!names.add(collection.name())) {
        throw new IllegalArgumentException("two collections are named " + collection.name());
      }
    }
    for (CollectionConfig collection : collections) {
      if (collection.deadLetterTopic().filter(topics::contains).isPresent()) {
        throw new IllegalArgumentException(
            "what collection " + collection.name() + " rejects would be read again");
      }
    }
  }
}
