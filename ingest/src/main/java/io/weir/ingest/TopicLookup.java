package io.weir.ingest;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the brokers about topics: their ids, their partitions, where those begin and end.
 *
 * <p><b>Threads:</b> one; each question waits for {@link #TIMEOUT} at most.
 */
final class TopicLookup {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** What the brokers say of a topic. */
  sealed interface Topic {
    /**
     * It is there.
     *
     * @param id the id of this incarnation; brokers before 2.8 have none
     */
    record Present(Optional<UUID> id, int partitions) implements Topic {}

    /** It does not exist. */
    record Absent() implements Topic {}

    /** There was no answer, or none that helps. */
    record Unknown(String error) implements Topic {}
  }

  /** What the brokers say of where partitions begin or end. */
  sealed interface Offsets {
    /** The offsets in order of partition. */
    record Known(List<Long> byPartition) implements Offsets {}

    /** There was no answer, or none that helps. */
    record Unknown(String error) implements Offsets {}
  }

  private final Admin admin;

  /** Borrows the client. */
  TopicLookup(Admin admin) {
    this.admin = admin;
  }

  Map<String, Topic> topics(Collection<String> names) {
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(names, new DescribeTopicsOptions().timeoutMs((int) TIMEOUT.toMillis()))
            .topicNameValues();
    Map<String, Topic> topics = new HashMap<>();
    answers.forEach((name, answer) -> topics.put(name, topic(answer)));
    return topics;
  }

  /** The offsets of the first records that there are. */
  Offsets beginnings(String topic, int partitions) {
    return offsets(topic, partitions, OffsetSpec.earliest());
  }

  /** The ends of what a reader of committed records can read. */
  Offsets ends(String topic, int partitions) {
    return offsets(topic, partitions, OffsetSpec.latest());
  }

  private static Topic topic(KafkaFuture<TopicDescription> answer) {
    try {
      TopicDescription found = await(answer);
      Uuid id = found.topicId();
      Optional<UUID> known =
          id == null || id.equals(Uuid.ZERO_UUID)
              ? Optional.empty()
              : Optional.of(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
      return new Topic.Present(known, found.partitions().size());
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException
          ? new Topic.Absent()
          : new Topic.Unknown(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return new Topic.Unknown("no answer within " + TIMEOUT);
    }
  }

  private Offsets offsets(String topic, int partitions, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    IntStream.range(0, partitions)
        .forEach(partition -> question.put(new TopicPartition(topic, partition), which));
    KafkaFuture<Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo>> answer =
        admin
            .listOffsets(
                question,
                new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)
                    .timeoutMs((int) TIMEOUT.toMillis()))
            .all();
    try {
      Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found = await(answer);
      return new Offsets.Known(
          IntStream.range(0, partitions)
              .mapToObj(partition -> offset(found, new TopicPartition(topic, partition)))
              .toList());
    } catch (ExecutionException e) {
      return new Offsets.Unknown(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return new Offsets.Unknown("no answer within " + TIMEOUT);
    }
  }

  private static long offset(
      Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> found,
      TopicPartition partition) {
    ListOffsetsResult.ListOffsetsResultInfo info = found.get(partition);
    if (info == null) {
      throw new IllegalStateException("no offset of " + partition + " among " + found);
    }
    return info.offset();
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
