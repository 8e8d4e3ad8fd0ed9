package io.weir.deploy.produce;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records and keeps account of what was acknowledged.
 *
 * <p>Memory: Kafka's own buffer, {@code buffer.memory}; when it is full, {@link #send} waits.
 *
 * <p><b>Threads:</b> one sends and closes; Kafka's thread hears of acknowledgements.
 */
final class RecordSender implements AutoCloseable {

  private static final int BATCH_BYTES = 256 << 10;
  private static final int LINGER_MILLIS = 5;
  private static final int REQUEST_TIMEOUT_MILLIS = 20_000;
  private static final int DELIVERY_TIMEOUT_MILLIS = 60_000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final KafkaProducer<byte[], byte[]> producer;
  private final TargetTopic topic;
  private long acknowledgedRecords;
  private long acknowledgedBytes;
  private long firstMissing = Long.MAX_VALUE;
  private @Nullable ProduceException failure;

  RecordSender(Map<String, Object> properties, TargetTopic topic, Acks acks)
      throws ProduceException {
    this.topic = topic;
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-produce");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
    // The topic's limit is the one that counts; the client's own would only come before it.
    settings.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(1 << 20, topic.maxMessageBytes()));
    settings.putAll(properties);
    settings.put(ProducerConfig.ACKS_CONFIG, acks.setting());
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, acks == Acks.ALL);
    try {
      this.producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new ProduceException("Kafka: " + reason.getMessage(), e);
    }
  }

  /**
   * Sends a record, soon.
   *
   * @param row its number among all rows
   * @param place what to call it in a message
   * @throws ProduceException if this or an earlier one was refused
   */
  void send(ProducerRecord<byte[], byte[]> record, long row, String place) throws ProduceException {
    throwFailure();
    long bytes = (long) record.key().length + record.value().length;
    try {
      var _ =
          producer.send(
              record,
              (_, refused) -> {
                if (refused == null) {
                  acknowledged(bytes);
                } else {
                  refused(refused, row, place, bytes);
                }
              });
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      refused(e, row, place, bytes);
    }
  }

  private synchronized void acknowledged(long bytes) {
    acknowledgedRecords++;
    acknowledgedBytes += bytes;
  }

  /** The first row that is missing explains the later ones. */
  private synchronized void refused(Exception refused, long row, String place, long bytes) {
    if (row < firstMissing) {
      firstMissing = row;
      failure = new ProduceException(place + ": " + reason(refused, bytes), refused);
    }
  }

  private String reason(Exception refused, long bytes) {
    return switch (refused) {
      case RecordTooLargeException _ ->
          "the record is too large: key and value have "
              + bytes
              + " bytes, the topic takes at most "
              + topic.maxMessageBytes()
              + " with headers and framing (max.message.bytes)";
      case TimeoutException _ ->
          "the brokers did not take the record in time: " + refused.getMessage();
      default -> "the record was refused: " + refused.getMessage();
    };
  }

  /** Throws if a record was refused. */
  synchronized void throwFailure() throws ProduceException {
    if (failure != null) {
      throw failure;
    }
  }

  /** Records that brokers have taken. */
  synchronized long acknowledgedRecords() {
    return acknowledgedRecords;
  }

  /** Bytes of their keys and values. */
  synchronized long acknowledgedBytes() {
    return acknowledgedBytes;
  }

  /**
   * The row to go on with: all below have been taken. Right after {@link #close}.
   *
   * @param next the row behind the last that was sent
   */
  synchronized long resumeAt(long next) {
    return Math.min(next, firstMissing);
  }

  /** Waits for what is on its way, up to a bound; what is not taken by then counts as missing. */
  @Override
  public void close() {
    producer.close(CLOSE_LIMIT);
  }
}
