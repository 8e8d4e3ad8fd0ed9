package io.weir.deploy.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where the partitions of a topic end, and with what.
 *
 * @param partitions one entry a partition, in order
 */
record TopicTail(List<Partition> partitions) {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * One partition.
   *
   * @param nextOffset the offset that the next record will get
   * @param last the record before it, if the partition is not empty
   */
  record Partition(long nextOffset, Optional<ConsumerRecord<byte[], byte[]>> last) {}

  /**
   * Reads a topic that nobody writes to.
   *
   * @throws IOException if the broker does not answer in time
   */
  static TopicTail read(String bootstrapServers, String topic) throws IOException {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "enable.auto.commit", "false",
            "auto.offset.reset", "none");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, LIMIT).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
      Map<TopicPartition, ConsumerRecord<byte[], byte[]>> last = lastRecords(consumer, ends);
      return new TopicTail(
          partitions.stream()
              .map(one -> new Partition(end(ends, one), Optional.ofNullable(last.get(one))))
              .toList());
    } catch (KafkaException e) {
      throw new DemoException("topic " + topic + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<TopicPartition, ConsumerRecord<byte[], byte[]>> lastRecords(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) throws IOException {
    List<TopicPartition> filled = ends.keySet().stream().filter(one -> end(ends, one) > 0).toList();
    consumer.assign(filled);
    filled.forEach(one -> consumer.seek(one, end(ends, one) - 1));
    Map<TopicPartition, ConsumerRecord<byte[], byte[]>> last = new HashMap<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (last.size() < filled.size()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        last.put(new TopicPartition(record.topic(), record.partition()), record);
      }
      if (System.nanoTime() > deadline) {
        throw new DemoException("the last records of " + filled + " did not come in " + LIMIT);
      }
    }
    return last;
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }
}
