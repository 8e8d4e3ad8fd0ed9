package io.weir.ingest;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to read and with which limits. Everything is checked here: an object of this class can be
 * started with.
 *
 * @param kafkaProperties properties of Kafka's clients, {@code bootstrap.servers} among them; those
 *     that exactly-once rests on cannot be set to anything else than Weir needs
 * @param feeds one for each collection; no topic feeds two
 * @param workers threads that decode and append, 1..{@link #MAX_WORKERS}
 * @param inFlightBytes bytes of records that a collection may have polled and not yet dealt with
 *     before its partitions are paused; passed by what one poll brings, at most
 */
public record IngestSettings(
    Map<String, Object> kafkaProperties,
    List<CollectionFeed> feeds,
    int workers,
    long inFlightBytes) {

  /** The most threads that decode and append. */
  public static final int MAX_WORKERS = 256;

  private static final int DEFAULT_MAX_WORKERS = 8;
  private static final long DEFAULT_IN_FLIGHT_BYTES = 32L << 20;

  /** Checks the properties, the ranges, and that the feeds do not contradict one another. */
  public IngestSettings {
    kafkaProperties = Map.copyOf(kafkaProperties);
    feeds = List.copyOf(feeds);
    if (workers < 1 || workers > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "workers is " + workers + "; allowed are 1 to " + MAX_WORKERS);
    }
    if (inFlightBytes < 1) {
      throw new IllegalArgumentException("inFlightBytes is " + inFlightBytes + "; at least 1");
    }
    ClientProperties.check(kafkaProperties);
    Set<String> collections = new HashSet<>();
    Set<String> topics = new HashSet<>();
    for (CollectionFeed feed : feeds) {
      if (!collections.add(feed.collection())) {
        throw new IllegalArgumentException("collection " + feed.collection() + " has two feeds");
      }
      if (!topics.add(feed.topic())) {
        throw new IllegalArgumentException(
            "topic " + feed.topic() + " feeds two collections; a topic feeds one");
      }
    }
    for (CollectionFeed feed : feeds) {
      if (feed.deadLetterTopic().isPresent() && topics.contains(feed.deadLetterTopic().get())) {
        throw new IllegalArgumentException(
            "dead-letter topic "
                + feed.deadLetterTopic().get()
                + " of collection "
                + feed.collection()
                + " feeds a collection itself");
      }
    }
  }

  /** One worker a processor, at most 8; 32 MiB in flight a collection. */
  public static IngestSettings of(Map<String, Object> kafkaProperties, List<CollectionFeed> feeds) {
    return new IngestSettings(
        kafkaProperties,
        feeds,
        Math.min(DEFAULT_MAX_WORKERS, Runtime.getRuntime().availableProcessors()),
        DEFAULT_IN_FLIGHT_BYTES);
  }

  /** Without the values of Kafka's properties: passwords are among them. */
  @Override
  public String toString() {
    return "IngestSettings[kafkaProperties="
        + new TreeSet<>(kafkaProperties.keySet())
        + ", feeds="
        + feeds
        + ", workers="
        + workers
        + ", inFlightBytes="
        + inFlightBytes
        + "]";
  }

  /** Returns these settings with another number of threads. */
  public IngestSettings withWorkers(int threads) {
    return new IngestSettings(kafkaProperties, feeds, threads, inFlightBytes);
  }

  /** Returns these settings with another limit of bytes in flight. */
  public IngestSettings withInFlightBytes(long bytes) {
    return new IngestSettings(kafkaProperties, feeds, workers, bytes);
  }
}
