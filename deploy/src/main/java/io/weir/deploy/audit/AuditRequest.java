package io.weir.deploy.audit;

import io.weir.deploy.client.ServerAddress;
import io.weir.deploy.config.KafkaConfig;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.registry.RegistrySettings;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be compared.
 *
 * @param feed the collection, its topic and how that is read
 * @param kafka where the topic is
 * @param schemaRegistry where the schemas are that the feed has no file of
 * @param server where Weir serves, such as {@code http://127.0.0.1:8080}
 * @param partitions only these; empty: all of the topic
 * @param deadLetters whether every rejected record must have a letter on the feed's dead-letter
 *     topic
 * @param catchUp how long to wait for the store to reach the end that the topic has at the start
 * @param maxDifferences so many are told one by one; all are counted
 */
public record AuditRequest(
    CollectionFeed feed,
    KafkaConfig kafka,
    Optional<RegistrySettings> schemaRegistry,
    ServerAddress server,
    Optional<Set<Integer>> partitions,
    boolean deadLetters,
    Duration catchUp,
    int maxDifferences) {

  /** How many differences are told one by one, unless asked otherwise. */
  public static final int DEFAULT_MAX_DIFFERENCES = 20;

  /** How long the store is waited for, unless asked otherwise. */
  public static final Duration DEFAULT_CATCH_UP = Duration.ofSeconds(60);

  /** Checks that what is asked for is there. */
  public AuditRequest {
    partitions = partitions.map(Set::copyOf);
    if (deadLetters && feed.deadLetterTopic().isEmpty()) {
      throw new IllegalArgumentException(
          "collection " + feed.collection() + " has no dead-letter topic");
    }
    if (feed.needsRegistry() && schemaRegistry.isEmpty()) {
      throw new IllegalArgumentException(
          "collection "
              + feed.collection()
              + ": format "
              + feed.format()
              + " needs a schema file or a schema registry");
    }
    if (maxDifferences < 0) {
      throw new IllegalArgumentException("maxDifferences is " + maxDifferences);
    }
  }

  /** All partitions, without dead letters, with the defaults; no schema registry. */
  public static AuditRequest of(CollectionFeed feed, KafkaConfig kafka, URI url) {
    return of(feed, kafka, Optional.empty(), url);
  }

  /** As {@link #of(CollectionFeed, KafkaConfig, URI)}, with a schema registry or none. */
  public static AuditRequest of(
      CollectionFeed feed, KafkaConfig kafka, Optional<RegistrySettings> schemaRegistry, URI url) {
    return new AuditRequest(
        feed,
        kafka,
        schemaRegistry,
        ServerAddress.of(url),
        Optional.empty(),
        false,
        DEFAULT_CATCH_UP,
        DEFAULT_MAX_DIFFERENCES);
  }

  /** Also with dead letters. */
  public AuditRequest withDeadLetters() {
    return new AuditRequest(
        feed, kafka, schemaRegistry, server, partitions, true, catchUp, maxDifferences);
  }

  /** With another bound for the store to catch up. */
  public AuditRequest withCatchUp(Duration longest) {
    return new AuditRequest(
        feed, kafka, schemaRegistry, server, partitions, deadLetters, longest, maxDifferences);
  }
}
