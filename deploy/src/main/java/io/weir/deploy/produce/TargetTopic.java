package io.weir.deploy.produce;

import io.weir.deploy.broker.TopicLeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topic that is written to, ready for it.
 *
 * @param partitions how many it has
 * @param maxMessageBytes the largest batch of records that it takes
 */
record TargetTopic(int partitions, int maxMessageBytes) {

  /** For the first answer of a broker, and for each of the few that follow. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  /** Kafka's own default, for where the topic's settings may not be read. */
  private static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

  /**
   * Looks for a topic, and makes it where it is missing and that is wanted.
   *
   * @param properties of Kafka's admin client
   * @param newPartitions partitions of a new topic; empty: none is made
   * @throws ProduceException if there is none, or no broker answers within {@link #LIMIT}
   */
  static TargetTopic prepare(
      Map<String, Object> properties, String topic, OptionalInt newPartitions)
      throws ProduceException, InterruptedException {
    String servers = String.valueOf(properties.get("bootstrap.servers"));
    Map<String, Object> bounded = new HashMap<>(properties);
    // Closing the client waits for what it was asked, which else takes a minute.
    bounded.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    bounded.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    try (Admin admin = Admin.create(bounded)) {
      Optional<Integer> found = partitions(admin, topic);
      if (found.isEmpty() && newPartitions.isEmpty()) {
        throw new ProduceException(
            "there is no topic "
                + topic
                + " at "
                + servers
                + "; --create-partitions 4 makes one with 4 partitions");
      }
      int partitions =
          found.isPresent() ? found.get() : make(admin, topic, newPartitions.getAsInt());
      TopicLeaders.await(admin, topic, partitions, LIMIT);
      return new TargetTopic(partitions, maxMessageBytes(admin, topic));
    } catch (TimeoutException e) {
      throw noAnswer(servers, e);
    } catch (ExecutionException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      if (reason instanceof org.apache.kafka.common.errors.TimeoutException) {
        // The client's own limit, which is as long, was faster.
        throw noAnswer(servers, e);
      }
      throw new ProduceException(
          "topic " + topic + " at " + servers + ": " + reason.getMessage(), e);
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new ProduceException("Kafka at " + servers + ": " + reason.getMessage(), e);
    }
  }

  private static ProduceException noAnswer(String servers, Exception cause) {
    return new ProduceException(
        "no broker answers at " + servers + " within " + LIMIT.toSeconds() + " s", cause);
  }

  private static Optional<Integer> partitions(Admin admin, String topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return Optional.of(
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
              .values()
              .iterator()
              .next()
              .partitions()
              .size());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static int make(Admin admin, String topic, int partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
    try {
      return admin
          .createTopics(List.of(wanted))
          .numPartitions(topic)
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) { // somebody was faster
        return partitions(admin, topic).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  private static int maxMessageBytes(Admin admin, String topic)
      throws InterruptedException, TimeoutException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config config =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
              .values()
              .iterator()
              .next();
      return Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
    } catch (ExecutionException notAllowed) {
      return DEFAULT_MAX_MESSAGE_BYTES;
    }
  }
}
