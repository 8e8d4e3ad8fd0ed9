package io.weir.bench.feed;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to a topic.
 *
 * <p><b>Threads:</b> any.
 */
public final class TopicWriter implements AutoCloseable {
  private static final int BATCH_BYTES = 128 << 10;
  private static final long BUFFER_BYTES = 32L << 20;

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Connects.
   *
   * @param lingerMillis how long a record may wait for others; 0 sends it at once
   */
  public TopicWriter(String bootstrapServers, String topic, int lingerMillis) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.LINGER_MS_CONFIG, lingerMillis,
                ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES,
                ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Hands a record over; waits only while the producer's buffer is full. */
  public void send(int partition, byte[] key, byte @Nullable [] value) {
    send(partition, key, value, acknowledged -> {});
  }

  /** The same, and tells when the broker has it. */
  public void send(
      int partition, byte[] key, byte @Nullable [] value, Consumer<RecordMetadata> acknowledged) {
    // A failure is found by the next flush.
    var _ =
        producer.send(
            new ProducerRecord<>(topic, partition, key, value),
            (metadata, e) -> {
              if (e == null) {
                acknowledged.accept(metadata);
              } else {
                failure.compareAndSet(null, e);
              }
            });
  }

  /**
   * Waits until everything is acknowledged.
   *
   * @throws IllegalStateException if something was not
   */
  public void flush() {
    producer.flush();
    Exception e = failure.get();
    if (e != null) {
      throw new IllegalStateException("topic " + topic + " did not take a record", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
