package io.weir.deploy.endtoend;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a dead-letter topic of one partition, and knows how far the letters go.
 *
 * <p><b>Threads:</b> one.
 */
final class Letters implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration QUIET = Duration.ofMillis(250);
  private static final String ABOUT = "__connect.errors.";

  private final TopicPartition letters;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, Long> reached = new HashMap<>();

  Letters(String bootstrapServers, String topic) {
    letters = new TopicPartition(topic, 0);
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(letters));
    consumer.seekToBeginning(List.of(letters));
  }

  /**
   * Returns the offsets behind the last records that have a letter, by partition. What its sender
   * had on its way when it was killed may come a moment later: returns when nothing does.
   */
  Map<Integer, Long> reached() {
    long end = end();
    long before;
    do {
      readTo(end);
      LockSupport.parkNanos(QUIET.toNanos());
      before = end;
      end = end();
    } while (end > before);
    return Map.copyOf(reached);
  }

  private long end() {
    return consumer.endOffsets(List.of(letters)).getOrDefault(letters, 0L);
  }

  private void readTo(long end) {
    while (consumer.position(letters) < end) {
      for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
        reached.merge(
            (int) number(letter.headers(), "partition"),
            number(letter.headers(), "offset") + 1,
            Math::max);
      }
    }
  }

  private static long number(Headers headers, String name) {
    return Long.parseLong(
        new String(headers.lastHeader(ABOUT + name).value(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
