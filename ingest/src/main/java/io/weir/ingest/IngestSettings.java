package io.weir.ingest;

import io.weir.ingest.registry.RegistrySettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param inFlightBytes bytes of records that the process may have polled and not yet dealt with;
 *     each partition has an equal share, which it can pass by what one fetch of it brings
 * @param assignment which partitions to read
 * @param offsetsGroup a consumer group whose offsets follow the durable positions, for tools that
 *     show lag; nothing reads them. A group that gives partitions has these offsets anyway
 * @param schemaRegistry where the schemas of Avro and Protobuf are that no file gives
 * @param patterns feeds of topics that are not known by name; a topic that {@code feeds} name is
 *     never one of theirs
 */
public record IngestSettings(
    Map<String, Object> kafkaProperties,
    List<CollectionFeed> feeds,
    int workers,
    long inFlightBytes,
    Assignment assignment,
    Optional<String> offsetsGroup,
    Optional<RegistrySettings> schemaRegistry,
    List<TopicPattern> patterns) {

  /** The most threads that decode and append. */
  public static final int MAX_WORKERS = 256;

  private static final int DEFAULT_MAX_WORKERS = 8;
  private static final long DEFAULT_IN_FLIGHT_BYTES = 16L << 20;

  /** Checks the properties, the ranges, and that the feeds do not contradict one another. */
  public IngestSettings {
    kafkaProperties = Map.copyOf(kafkaProperties);
    feeds = List.copyOf(feeds);
    patterns = List.copyOf(patterns);
    if (workers < 1 || workers > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "workers is " + workers + "; allowed are 1 to " + MAX_WORKERS);
    }
    if (inFlightBytes < 1) {
      throw new IllegalArgumentException("inFlightBytes is " + inFlightBytes + "; at least 1");
    }
    if (offsetsGroup.isPresent() && assignment instanceof Assignment.Group(String id, _, _)) {
      throw new IllegalArgumentException(
          "offsets go to group "
              + offsetsGroup.get()
              + " and partitions come from group "
              + id
              + "; leave the first out: a group that gives partitions gets the offsets");
    }
    ClientProperties.check(kafkaProperties, assignment);
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
      requireSchemas(feed, schemaRegistry);
    }
    patterns.forEach(pattern -> requireSchemas(pattern.like(), schemaRegistry));
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

  /**
   * One worker a processor, at most 8; 16 MiB in flight; every partition; no offsets to a group; no
   * schema registry.
   */
  public static IngestSettings of(Map<String, Object> kafkaProperties, List<CollectionFeed> feeds) {
    return of(kafkaProperties, feeds, Optional.empty());
  }

  /** As {@link #of(Map, List)}, with a schema registry or none. */
  public static IngestSettings of(
      Map<String, Object> kafkaProperties,
      List<CollectionFeed> feeds,
      Optional<RegistrySettings> schemaRegistry) {
    return new IngestSettings(
        kafkaProperties,
        feeds,
        Math.min(DEFAULT_MAX_WORKERS, Runtime.getRuntime().availableProcessors()),
        DEFAULT_IN_FLIGHT_BYTES,
        new Assignment.All(),
        Optional.empty(),
        schemaRegistry,
        List.of());
  }

  private static void requireSchemas(
      CollectionFeed feed, Optional<RegistrySettings> schemaRegistry) {
    if (feed.needsRegistry() && schemaRegistry.isEmpty()) {
      throw new IllegalArgumentException(
          "collection "
              + feed.collection()
              + ": format "
              + feed.format()
              + " needs a schema file or a schema registry");
    }
  }

  /**
   * The properties that the consumer is made with, but for those of a group: Weir's defaults, over
   * them the given ones, over them those that exactly-once rests on. For whoever compares Weir with
   * a bare consumer.
   */
  public Map<String, Object> consumerProperties() {
    return Map.copyOf(ClientProperties.consumer(kafkaProperties));
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
        + ", assignment="
        + assignment
        + ", offsetsGroup="
        + offsetsGroup
        + ", schemaRegistry="
        + schemaRegistry
        + ", patterns="
        + patterns
        + "]";
  }

  /** Returns these settings with another number of threads. */
  public IngestSettings withWorkers(int threads) {
    return new IngestSettings(
        kafkaProperties,
        feeds,
        threads,
        inFlightBytes,
        assignment,
        offsetsGroup,
        schemaRegistry,
        patterns);
  }

  /** Returns these settings with another limit of bytes in flight. */
  public IngestSettings withInFlightBytes(long bytes) {
    return new IngestSettings(
        kafkaProperties, feeds, workers, bytes, assignment, offsetsGroup, schemaRegistry, patterns);
  }

  /** Returns these settings with other partitions. */
  public IngestSettings withAssignment(Assignment other) {
    return new IngestSettings(
        kafkaProperties,
        feeds,
        workers,
        inFlightBytes,
        other,
        offsetsGroup,
        schemaRegistry,
        patterns);
  }

  /** Returns these settings with a group that gets the offsets. */
  public IngestSettings withOffsetsGroup(String groupId) {
    return new IngestSettings(
        kafkaProperties,
        feeds,
        workers,
        inFlightBytes,
        assignment,
        Optional.of(groupId),
        schemaRegistry,
        patterns);
  }

  /** Returns these settings with feeds of topics that are not known by name. */
  public IngestSettings withPatterns(List<TopicPattern> other) {
    return new IngestSettings(
        kafkaProperties,
        feeds,
        workers,
        inFlightBytes,
        assignment,
        offsetsGroup,
        schemaRegistry,
        other);
  }
}
