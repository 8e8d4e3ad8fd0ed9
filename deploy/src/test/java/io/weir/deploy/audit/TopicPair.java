package io.weir.deploy.audit;

import io.weir.deploy.broker.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Two topics of two partitions: Weir is fed from one, the audit is told the other. Records get the
 * same offsets and timestamps in both.
 */
final class TopicPair implements AutoCloseable {

  static final int PARTITIONS = 2;

  private static final long FIRST_TIMESTAMP = 1_700_000_000_000L;

  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Future<?>> sent = new ArrayList<>();
  private final String servers;
  private final String name;
  private long timestamp = FIRST_TIMESTAMP;

  /** Makes the topics, with a dead-letter topic of that name. */
  TopicPair(EmbeddedBroker broker, String name) throws Exception {
    this.servers = broker.bootstrapServers();
    this.name = name;
    broker.createTopic(fed(), PARTITIONS, Map.of());
    broker.createTopic(told(), PARTITIONS, Map.of());
    broker.createTopic(letters(), 1, Map.of());
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  String fed() {
    return name + "-fed";
  }

  String told() {
    return name + "-told";
  }

  String letters() {
    return name + "-letters";
  }

  /** To both. */
  void send(int partition, @Nullable String key, @Nullable String value) {
    send(partition, key, value, value);
  }

  /** To each another value of the same key. */
  void send(
      int partition, @Nullable String key, @Nullable String fedValue, @Nullable String toldValue) {
    timestamp++;
    sendTo(fed(), partition, key, fedValue);
    sendTo(told(), partition, key, toldValue);
  }

  /** To one of them, under the timestamp of the latest record. */
  void sendTo(String topic, int partition, @Nullable String key, @Nullable String value) {
    sent.add(
        producer.send(new ProducerRecord<>(topic, partition, timestamp, bytes(key), bytes(value))));
  }

  /**
   * One record, to partition 0 of the topic that Weir is fed from; returns when its end is there.
   */
  void transaction(boolean commit, String key, String value) {
    try (KafkaProducer<byte[], byte[]> transactional = transactional()) {
      transactional.initTransactions();
      transactional.beginTransaction();
      var _ =
          transactional.send(new ProducerRecord<>(fed(), 0, timestamp, bytes(key), bytes(value)));
      transactional.flush();
      if (commit) {
        transactional.commitTransaction();
      } else {
        transactional.abortTransaction();
      }
    }
    // The end returns before its marker is written, but no other begins before it is.
    try (KafkaProducer<byte[], byte[]> next = transactional()) {
      next.initTransactions();
    }
  }

  private KafkaProducer<byte[], byte[]> transactional() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            servers,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            name),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  void flush() throws Exception {
    producer.flush();
    for (Future<?> one : sent) {
      one.get(30, TimeUnit.SECONDS);
    }
    sent.clear();
  }

  @Override
  public void close() {
    producer.close();
  }
}
