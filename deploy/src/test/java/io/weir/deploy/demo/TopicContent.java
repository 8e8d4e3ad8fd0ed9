package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a whole topic and holds it against a source. */
final class TopicContent {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  private TopicContent() {}

  /** Returns all records, those of a partition in order. */
  static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (records.size() < end && System.nanoTime() < deadline) {
        consumer.poll(POLL).forEach(records::add);
      }
      assertEquals(end, records.size(), "records read in time");
      return records;
    }
  }

  /** Fails unless the topic holds every record of the source once, in order, and nothing else. */
  static void assertHoldsExactly(RecordSource source, String bootstrapServers, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = read(bootstrapServers, topic);
    Map<String, Long> indexes = new HashMap<>();
    for (long index = 0; index < source.size(); index++) {
      indexes.put(text(source.key(index)), index);
    }
    assertEquals(source.size(), indexes.size(), "keys of the source are unique");
    Map<Integer, Long> previous = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = text(record.key());
      assertTrue(seen.add(key), () -> "doubled: " + key);
      long index = indexes.getOrDefault(key, -1L);
      assertTrue(index >= 0, () -> "not of the source: " + key);
      assertArrayEquals(source.value(index), record.value(), key);
      Long before = previous.put(record.partition(), index);
      assertTrue(before == null || before < index, () -> "out of order: " + key);
    }
    assertEquals(source.size(), seen.size(), "records in the topic");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
