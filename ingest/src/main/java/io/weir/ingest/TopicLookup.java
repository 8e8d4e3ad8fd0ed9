package io.weir.ingest;

import static org.apache.kafka.common.IsolationLevel.READ_COMMITTED;
import static org.apache.kafka.common.IsolationLevel.READ_UNCOMMITTED;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers about topics: their ids, their partitions, where those begin and end.
 *
 * <p><b>Threads:</b> one; each question but {@link #ids} waits for {@link #TIMEOUT} at most.
 */
final class TopicLookup {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLookup.class);
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** What the brokers say of a topic. */
  sealed interface Topic {
    /**
     * It is there.
     *
     * @param id the id of this incarnation; brokers before 2.8 have none
     * @param leaderless partitions that no broker leads at the moment
     */
    record Present(Optional<UUID> id, int partitions, Set<Integer> leaderless) implements Topic {}

    /** It does not exist. */
    record Absent() implements Topic {}

    /** There was no answer, or none that helps. */
    record Unknown(String error) implements Topic {}
  }

  /** What the brokers say of where partitions begin and end. */
  sealed interface Ranges {
    /** The partitions that were asked for. */
    record Known(Map<Integer, LogRange> byPartition) implements Ranges {}

    /** There was no answer, or none that helps. */
    record Unknown(String error) implements Ranges {}
  }

  private final Admin admin;

  /** Borrows the client. */
  TopicLookup(Admin admin) {
    this.admin = admin;
  }

  Map<String, Topic> topics(Collection<String> names) {
    Map<String, Topic> topics = new HashMap<>();
    describe(names).forEach((name, answer) -> topics.put(name, topic(answer)));
    return topics;
  }

  /**
   * The ids of those topics that exist, none where brokers give none; what the brokers do not tell
   * is left out. Any thread: does not wait.
   */
  CompletableFuture<Map<String, Optional<UUID>>> ids(Set<String> names) {
    Map<String, Optional<UUID>> ids = new ConcurrentHashMap<>();
    List<CompletableFuture<?>> answers = new ArrayList<>();
    describe(names)
        .forEach((name, answer) ->
            answers.add(
                answer
                    .toCompletionStage()
                    .thenAccept(found -> ids.put(name, id(found)))
                    .exceptionally(_ -> null)
                    .toCompletableFuture()));
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> ids);
  }

  private Map<String, KafkaFuture<TopicDescription>> describe(Collection<String> names) {
    return admin
        .describeTopics(names, new DescribeTopicsOptions().timeoutMs((int) TIMEOUT.toMillis()))
        .topicNameValues();
  }

  private static Optional<UUID> id(TopicDescription found) {
    Uuid id = found.topicId();
    return id == null || id.equals(Uuid.ZERO_UUID)
        ? Optional.empty()
        : Optional.of(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
  }

  /** Where these partitions begin and end. A partition without a leader gives no answer. */
  Ranges ranges(String topic, Collection<Integer> partitions) {
    Offsets beginnings = offsets(topic, partitions, OffsetSpec.earliest(), READ_COMMITTED);
    Offsets ends = offsets(topic, partitions, OffsetSpec.latest(), READ_COMMITTED);
    Offsets highWatermarks = offsets(topic, partitions, OffsetSpec.latest(), READ_UNCOMMITTED);
    try {
      Map<Integer, LogRange> ranges = new HashMap<>();
      for (int partition : partitions) {
        ranges.put(
            partition,
            new LogRange(
                beginnings.of(partition), ends.of(partition), highWatermarks.of(partition)));
      }
      return new Ranges.Known(ranges);
    } catch (ExecutionException e) {
      return new Ranges.Unknown(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return new Ranges.Unknown("no answer within " + TIMEOUT);
    }
  }

  /** The names of all topics that are not Kafka's own; empty if the brokers do not tell. */
  Optional<Set<String>> names() {
    try {
      return Optional.of(
          await(
              admin
                  .listTopics(
                      new ListTopicsOptions()
                          .timeoutMs((int) TIMEOUT.toMillis())
                          .listInternal(false))
                  .names()));
    } catch (ExecutionException e) {
      LOG.debug("the brokers do not list the topics", e.getCause());
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  /** What the topic throws away; empty if the brokers do not tell, or not us. */
  Optional<TopicPolicy> policy(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Map<ConfigResource, Config> configs =
          await(
              admin
                  .describeConfigs(
                      List.of(resource),
                      new DescribeConfigsOptions().timeoutMs((int) TIMEOUT.toMillis()))
                  .all());
      Config config = Objects.requireNonNull(configs.get(resource), "what was asked for");
      Set<String> cleanup =
          Set.of(value(config, TopicConfig.CLEANUP_POLICY_CONFIG).strip().split("\\s*,\\s*", -1));
      long retentionMillis = Long.parseLong(value(config, TopicConfig.RETENTION_MS_CONFIG));
      return Optional.of(
          new TopicPolicy(
              cleanup.contains(TopicConfig.CLEANUP_POLICY_COMPACT),
              cleanup.contains(TopicConfig.CLEANUP_POLICY_DELETE),
              Duration.ofMillis(
                  Long.parseLong(value(config, TopicConfig.DELETE_RETENTION_MS_CONFIG))),
              retentionMillis < 0
                  ? Optional.empty()
                  : Optional.of(Duration.ofMillis(retentionMillis))));
    } catch (ExecutionException e) {
      LOG.debug("topic {}: the brokers do not tell its settings", topic, e.getCause());
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }

  private static String value(Config config, String name) {
    return config.get(name).value();
  }

  private static Topic topic(KafkaFuture<TopicDescription> answer) {
    try {
      TopicDescription found = await(answer);
      Set<Integer> leaderless =
          found.partitions().stream()
              .filter(partition -> partition.leader() == null || partition.leader().isEmpty())
              .map(TopicPartitionInfo::partition)
              .collect(Collectors.toSet());
      return new Topic.Present(id(found), found.partitions().size(), leaderless);
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException
          ? new Topic.Absent()
          : new Topic.Unknown(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return new Topic.Unknown("no answer within " + TIMEOUT);
    }
  }

  /** An answer that is on its way. */
  private record Offsets(
      String topic, KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> answer) {

    long of(int partition) throws ExecutionException, TimeoutException {
      ListOffsetsResultInfo info = await(answer).get(new TopicPartition(topic, partition));
      if (info == null) {
        throw new IllegalStateException("no offset of " + topic + "-" + partition);
      }
      return info.offset();
    }
  }

  private Offsets offsets(
      String topic, Collection<Integer> partitions, OffsetSpec which, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(new TopicPartition(topic, partition), which));
    ListOffsetsOptions options =
        new ListOffsetsOptions(isolation).timeoutMs((int) TIMEOUT.toMillis());
    return new Offsets(topic, admin.listOffsets(question, options).all());
  }

  /** The client itself ends the wait; a second more in case that it does not. */
  private static <T> T await(KafkaFuture<T> answer) throws ExecutionException, TimeoutException {
    try {
      return answer.get(TIMEOUT.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody does, there is no answer.
      Thread.currentThread().interrupt();
      throw new ExecutionException(e);
    }
  }
}
