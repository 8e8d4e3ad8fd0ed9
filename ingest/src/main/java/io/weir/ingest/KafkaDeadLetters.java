package io.weir.ingest;

import io.weir.ingest.flow.DeadLetters;
import io.weir.ingest.flow.Rejection;
import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The dead-letter topic of one collection. A rejected record goes there with its raw key, value,
 * timestamp and headers; Kafka Connect's {@code __connect.errors.*} headers and Weir's own {@code
 * weir.*} come after those.
 *
 * <p>At least once: an attempt that fails after the broker has written the record is repeated by
 * the caller.
 *
 * <p><b>Threads:</b> any. A producer's {@code send} can block while the topic's metadata is
 * missing, so it is called on a thread of this object's own. The producer is made with the first
 * rejected record.
 */
final class KafkaDeadLetters implements DeadLetters, AutoCloseable {
  private static final String CONNECT = "__connect.errors.";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final CollectionFeed feed;
  private final String topic;
  private final Map<String, Object> properties;
  private final ExecutorService sender;
  private volatile @Nullable Producer<byte @Nullable [], byte @Nullable []> producer;

  /** Connects to nothing yet. */
  KafkaDeadLetters(CollectionFeed feed, String topic, Map<String, Object> kafkaProperties) {
    this.feed = feed;
    this.topic = topic;
    this.properties = ClientProperties.producer(kafkaProperties);
    this.sender =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform()
                .name("weir-ingest-dead-letters-" + feed.collection())
                .daemon()
                .factory());
  }

  @Override
  public CompletableFuture<@Nullable Void> send(
      int partition, RawRecord rejected, Rejection rejection) {
    CompletableFuture<@Nullable Void> acknowledged = new CompletableFuture<>();
    try {
      sender.execute(() -> sendNow(partition, rejected, rejection, acknowledged));
    } catch (RejectedExecutionException e) {
      acknowledged.completeExceptionally(new IllegalStateException("stopping", e));
    }
    return acknowledged;
  }

  @Override
  public void close() {
    sender.shutdown();
    dropProducer();
  }

  private void sendNow(
      int partition,
      RawRecord rejected,
      Rejection rejection,
      CompletableFuture<@Nullable Void> acknowledged) {
    try {
      ProducerRecord<byte @Nullable [], byte @Nullable []> letter =
          letter(partition, rejected, rejection);
      Producer<byte @Nullable [], byte @Nullable []> current = producer;
      if (current == null) {
        current = new KafkaProducer<>(properties);
        producer = current;
      }
      // The callback hears of success and failure; the future would tell the same again.
      var _ =
          current.send(
              letter,
              (written, failure) -> {
                if (failure == null) {
                  acknowledged.complete(null);
                } else {
                  failed(failure, acknowledged);
                }
              });
    } catch (RuntimeException e) {
      // Whatever it is, the shard must hear of it: it waits for this answer.
      failed(e, acknowledged);
    }
  }

  private void failed(Exception failure, CompletableFuture<@Nullable Void> acknowledged) {
    boolean sayNothingOfTheProducer =
        failure instanceof RetriableException
            || failure instanceof RecordTooLargeException
            || failure instanceof InvalidTopicException
            || failure instanceof TopicAuthorizationException;
    if (!sayNothingOfTheProducer && !sender.isShutdown()) {
      // It may never send again, as after a fencing or a cluster-wide denial: start afresh.
      try {
        sender.execute(this::dropProducer);
      } catch (RejectedExecutionException e) {
        failure.addSuppressed(e);
      }
    }
    acknowledged.completeExceptionally(failure);
  }

  private void dropProducer() {
    Producer<byte @Nullable [], byte @Nullable []> current = producer;
    producer = null;
    if (current != null) {
      current.close(CLOSE_TIMEOUT);
    }
  }

  private ProducerRecord<byte @Nullable [], byte @Nullable []> letter(
      int partition, RawRecord rejected, Rejection rejection) {
    Long timestamp = rejected.timestampMillis() < 0 ? null : rejected.timestampMillis();
    ProducerRecord<byte @Nullable [], byte @Nullable []> letter =
        new ProducerRecord<>(topic, null, timestamp, rejected.key(), rejected.value());
    Headers headers = letter.headers();
    for (RawHeader header : rejected.headers()) {
      headers.add(header.name(), header.value());
    }
    String problem = Rejection.class.getName();
    add(headers, CONNECT + "topic", feed.topic());
    add(headers, CONNECT + "partition", Integer.toString(partition));
    add(headers, CONNECT + "offset", Long.toString(rejected.offset()));
    add(headers, CONNECT + "connector.name", feed.collection());
    add(headers, CONNECT + "task.id", Integer.toString(partition));
    add(headers, CONNECT + "stage", stage(rejection.stage()));
    add(headers, CONNECT + "class.name", rejection.foundBy());
    add(headers, CONNECT + "exception.class.name", problem);
    add(headers, CONNECT + "exception.message", rejection.detail());
    add(headers, CONNECT + "exception.stacktrace", problem + ": " + rejection.detail());
    add(headers, "weir.collection", feed.collection());
    add(headers, "weir.reason", rejection.reason());
    return letter;
  }

  /** As Connect's {@code Stage} has it. */
  private static String stage(Rejection.Stage stage) {
    return switch (stage) {
      case KEY -> "KEY_CONVERTER";
      case VALUE -> "VALUE_CONVERTER";
      case HEADER -> "HEADER_CONVERTER";
      case APPEND -> "TASK_PUT";
    };
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
