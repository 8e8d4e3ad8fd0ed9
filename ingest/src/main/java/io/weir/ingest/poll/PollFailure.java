package io.weir.ingest.poll;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/** What an exception out of {@code Consumer.poll} means, and for whom. */
sealed interface PollFailure {

  /** Nothing is wrong with a partition; polling again may help. */
  record Passing() implements PollFailure {}

  /**
   * These partitions cannot be read on.
   *
   * @param which partition to what to tell its subscriber
   */
  record OfPartitions(IntakeException.Kind kind, Map<TopicPartition, String> which)
      implements PollFailure {}

  /**
   * Classifies an exception.
   *
   * @param assigned the partitions that may be meant
   * @throws InterruptException the exception itself, if it is one: nobody interrupts the poll
   *     thread, so this is an error of ours
   */
  static PollFailure of(KafkaException e, Collection<TopicPartition> assigned) {
    return switch (e) {
      case InterruptException interrupt -> throw interrupt;
      case LogTruncationException cut -> logTruncated(cut);
      case OffsetOutOfRangeException out -> outOfRange(out);
      case InvalidOffsetException none ->
          of(
              IntakeException.Kind.POSITION_OUT_OF_RANGE,
              none.partitions(),
              partition -> partition + " has no position: " + none.getMessage());
      case TopicAuthorizationException denied ->
          of(
              IntakeException.Kind.NOT_AUTHORIZED,
              ofTopics(denied.unauthorizedTopics(), assigned),
              partition -> "not allowed to read topic " + partition.topic());
      case InvalidTopicException invalid ->
          of(
              IntakeException.Kind.CLIENT_FAILED,
              ofTopics(invalid.invalidTopics(), assigned),
              partition -> "the broker calls topic name " + partition.topic() + " invalid");
      case RecordDeserializationException unreadable ->
          of(
              IntakeException.Kind.UNREADABLE_RECORD,
              List.of(unreadable.topicPartition()),
              partition -> "the record at offset " + unreadable.offset() + " cannot be read");
      case RetriableException _, AuthenticationException _ -> new Passing();
      default -> namedInMessage(e, assigned);
    };
  }

  private static PollFailure logTruncated(LogTruncationException e) {
    Map<TopicPartition, String> which = new HashMap<>();
    e.offsetOutOfRangePartitions()
        .forEach((partition, offset) ->
            which.put(
                partition,
                "the log of "
                    + partition
                    + " was cut below offset "
                    + offset
                    + (e.divergentOffsets().containsKey(partition)
                        ? "; it differs from offset "
                            + e.divergentOffsets().get(partition).offset()
                            + " on"
                        : "")));
    return new OfPartitions(IntakeException.Kind.LOG_TRUNCATED, which);
  }

  private static PollFailure outOfRange(OffsetOutOfRangeException e) {
    Map<TopicPartition, String> which = new HashMap<>();
    e.offsetOutOfRangePartitions()
        .forEach((partition, offset) ->
            which.put(
                partition,
                "offset " + offset + " of " + partition + " is not in the log any more or yet"));
    return new OfPartitions(IntakeException.Kind.POSITION_OUT_OF_RANGE, which);
  }

  /**
   * A checksum or a structure that is wrong comes as a bare KafkaException, which would be thrown
   * again by each poll and starve the other partitions. The client names the partition in its text
   * only.
   */
  private static PollFailure namedInMessage(KafkaException e, Collection<TopicPartition> assigned) {
    String message = String.valueOf(e.getMessage());
    TopicPartition named = null;
    for (TopicPartition partition : assigned) {
      // The longest name that fits: "t-1" is part of "t-11".
      if (message.contains(partition.toString())
          && (named == null || partition.toString().length() > named.toString().length())) {
        named = partition;
      }
    }
    return named == null
        ? new Passing()
        : new OfPartitions(IntakeException.Kind.UNREADABLE_RECORD, Map.of(named, message));
  }

  private static List<TopicPartition> ofTopics(
      Collection<String> topics, Collection<TopicPartition> assigned) {
    return assigned.stream().filter(partition -> topics.contains(partition.topic())).toList();
  }

  private static PollFailure of(
      IntakeException.Kind kind,
      Collection<TopicPartition> partitions,
      Function<TopicPartition, String> message) {
    Map<TopicPartition, String> which = new HashMap<>();
    partitions.forEach(partition -> which.put(partition, message.apply(partition)));
    return which.isEmpty() ? new Passing() : new OfPartitions(kind, which);
  }
}
