package io.weir.deploy.audit;

import io.weir.deploy.config.KafkaConfig;
import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic's committed records with a consumer of its own, from the beginning on and as far as
 * it is told.
 *
 * <p><b>Threads:</b> one.
 */
final class TopicScan implements Closeable {

  /** For an answer of a broker, and for the next record or the end of what is read. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MAX_POLL_RECORDS = 2_000;

  /** How long a fetch may wait for records that are not there, and with it the next seek. */
  private static final int FETCH_WAIT_MILLIS = 50;

  private final String topic;
  private final String servers;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** Hears of each record. */
  @FunctionalInterface
  interface Reader {
    void read(int partition, RawRecord record) throws AuditException;
  }

  TopicScan(KafkaConfig kafka, String topic) throws AuditException {
    this.topic = topic;
    this.servers = kafka.bootstrapServers();
    Map<String, Object> settings = new HashMap<>(kafka.forClient(ConsumerConfig.configNames()));
    settings.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
    settings.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "weir-audit");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    try {
      this.consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new AuditException("Kafka: " + reason.getMessage(), e);
    }
  }

  /** Returns the numbers of the topic's partitions, in order. */
  List<Integer> partitions() throws AuditException {
    List<PartitionInfo> found = asked(() -> consumer.partitionsFor(topic, LIMIT));
    if (found == null || found.isEmpty()) {
      throw new AuditException("there is no topic " + topic + " at " + servers);
    }
    return found.stream().map(PartitionInfo::partition).sorted().toList();
  }

  /** Returns the first offset of each partition that is still there. */
  SortedMap<Integer, Long> beginnings(List<Integer> partitions) throws AuditException {
    return offsets(asked(() -> consumer.beginningOffsets(named(partitions), LIMIT)));
  }

  /** Returns the offset behind the last committed record, or an open transaction, of each. */
  SortedMap<Integer, Long> ends(List<Integer> partitions) throws AuditException {
    return offsets(asked(() -> consumer.endOffsets(named(partitions), LIMIT)));
  }

  private static SortedMap<Integer, Long> offsets(Map<TopicPartition, Long> found) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    found.forEach((partition, offset) -> offsets.put(partition.partition(), offset));
    return offsets;
  }

  private List<TopicPartition> named(Iterable<Integer> partitions) {
    List<TopicPartition> named = new ArrayList<>();
    partitions.forEach(partition -> named.add(new TopicPartition(topic, partition)));
    return named;
  }

  /**
   * Reads from one position to another.
   *
   * @param from the first offset of each partition
   * @param to the first offset that is not read; partitions that it leaves out are not read at all
   * @throws AuditException if no record comes for too long
   */
  void read(Map<Integer, Long> from, Map<Integer, Long> to, Reader reader) throws AuditException {
    Map<TopicPartition, Long> open = new HashMap<>();
    to.forEach((partition, end) -> {
      if (from.getOrDefault(partition, 0L) < end) {
        open.put(new TopicPartition(topic, partition), end);
      }
    });
    asked(() -> {
      consumer.assign(open.keySet());
      open.keySet().forEach(one -> consumer.seek(one, from.getOrDefault(one.partition(), 0L)));
      return true;
    });
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!open.isEmpty()) {
      ConsumerRecords<byte[], byte[]> records = asked(() -> consumer.poll(POLL));
      for (ConsumerRecord<byte[], byte[]> record : records) {
        Long end = open.get(new TopicPartition(topic, record.partition()));
        if (end != null && record.offset() < end) {
          reader.read(record.partition(), raw(record));
        }
      }
      int before = open.size();
      // The position also passes what is not handed out: markers, aborted records, holes.
      asked(() ->
          open.entrySet()
              .removeIf(one -> consumer.position(one.getKey(), LIMIT) >= one.getValue()));
      if (open.size() < before) {
        asked(() -> {
          consumer.assign(open.keySet());
          return true;
        });
      }
      if (!records.isEmpty() || open.size() < before) {
        deadline = System.nanoTime() + LIMIT.toNanos();
      } else if (System.nanoTime() - deadline > 0) {
        throw new AuditException(
            "no record of topic "
                + topic
                + " came for "
                + LIMIT.toSeconds()
                + " s; still to read: "
                + open);
      }
    }
  }

  private static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
    List<RawHeader> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new RawHeader(header.key(), header.value()));
    }
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    return new RawRecord(
        record.offset(), record.timestamp(), record.leaderEpoch().orElse(-1), key, value, headers);
  }

  /** A question to the consumer. */
  @FunctionalInterface
  private interface Question<T> {
    T ask();
  }

  private <T> T asked(Question<T> question) throws AuditException {
    try {
      return question.ask();
    } catch (KafkaException e) {
      throw new AuditException(
          "topic " + topic + " at " + servers + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
