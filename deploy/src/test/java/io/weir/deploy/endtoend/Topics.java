package io.weir.deploy.endtoend;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What those who run a cluster do to its topics; each call waits for the broker, with a bound. */
final class Topics implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;
  private static final long PAUSE_MILLIS = 50;

  private final Admin admin;

  Topics(String bootstrapServers) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Makes a topic, also while the broker is busy with the deletion of one of that name. */
  void create(String topic, int partitions) throws Exception {
    await("topic " + topic + " can be made", () -> isMade(topic, partitions));
    await("topic " + topic + " can be used", () -> isThere(topic, partitions));
  }

  private static void await(String condition, Callable<Boolean> holds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!holds.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not after " + LIMIT_SECONDS + " s: " + condition);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private boolean isMade(String topic, int partitions) throws Exception {
    try {
      done(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all());
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  /** The broker may hear of a topic, and of its leaders, a little later than it is made. */
  private boolean isThere(String topic, int partitions) throws Exception {
    try {
      return ends(topic).size() == partitions;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }

  /** Deletes a topic; the broker knows nothing of it any more when this returns. */
  void delete(String topic) throws Exception {
    done(admin.deleteTopics(List.of(topic)).all());
    await("topic " + topic + " is gone", () -> isGone(topic));
  }

  private boolean isGone(String topic) throws Exception {
    try {
      var _ = done(admin.describeTopics(List.of(topic)).allTopicNames());
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return true;
      }
      throw e;
    }
  }

  /** Gives a topic more partitions, so many altogether. */
  void grow(String topic, int partitions) throws Exception {
    done(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    await("topic " + topic + " can be used", () -> isThere(topic, partitions));
  }

  /** Deletes what the log has below an offset, as retention does. */
  void expire(String topic, int partition, long offset) throws Exception {
    done(
        admin
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
            .all());
  }

  /** Returns the offsets behind the last records by partition, transactions' markers included. */
  Map<Integer, Long> ends(String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (TopicDescription one :
        done(admin.describeTopics(List.of(topic)).allTopicNames()).values()) {
      one.partitions()
          .forEach(partition ->
              asked.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
    }
    Map<Integer, Long> ends = new HashMap<>();
    done(admin.listOffsets(asked).all())
        .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
    return ends;
  }

  /** Returns the ids of a consumer group's members. */
  Set<String> members(String group) throws Exception {
    return describe(group).members().stream()
        .map(MemberDescription::consumerId)
        .collect(Collectors.toSet());
  }

  /** Returns how often a group of the protocol {@code consumer} has been rebalanced. */
  Optional<Integer> epoch(String group) throws Exception {
    return describe(group).groupEpoch();
  }

  private ConsumerGroupDescription describe(String group) throws Exception {
    return done(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
        .findFirst()
        .orElseThrow();
  }

  private static <T> T done(KafkaFuture<T> asked)
      throws ExecutionException, InterruptedException, TimeoutException {
    return asked.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    admin.close();
  }
}
