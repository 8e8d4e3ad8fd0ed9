package io.weir.bench.feed;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A bare {@code KafkaConsumer} on one thread that reads a topic from its beginning. */
public final class TopicReader {
  private static final Duration POLL = Duration.ofSeconds(30);

  private TopicReader() {}

  /** Takes a record. */
  @FunctionalInterface
  public interface Sink {

    /** Called in the order of the offsets of each partition. */
    void take(ConsumerRecord<byte[], byte[]> from) throws Exception;
  }

  /**
   * Reads so many records and returns how many bytes their keys and values have.
   *
   * @param properties the consumer's
   */
  public static long read(Map<String, Object> properties, String topic, long records, Sink sink)
      throws Exception {
    List<TopicPartition> partitions =
        IntStream.range(0, BrokerProcess.PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic, number))
            .toList();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long bytes = 0;
      for (long read = 0; read < records; ) {
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
        if (polled.isEmpty()) {
          throw new IllegalStateException(
              "topic " + topic + " brought nothing for " + POLL + " after " + read + " records");
        }
        for (ConsumerRecord<byte[], byte[]> each : polled) {
          bytes += each.key().length + each.value().length;
          sink.take(each);
        }
        read += polled.count();
      }
      return bytes;
    }
  }
}
