package io.weir.bench.feed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A table of Kafka Streams in its RocksDB store. The topic itself is the table's changelog, so that
 * nothing is sent back to Kafka, and there is a thread a core.
 */
public final class StreamsTable {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long LOOK_NANOS = 1_000_000;

  private StreamsTable() {}

  /**
   * Reads so many records into a table, and returns how many seconds it takes from when its tasks
   * run until it is closed: flushed and its offsets committed.
   *
   * @param consumer properties of the consumer, {@code bootstrap.servers} among them
   * @param application a name that was not used with this broker
   * @param directory an empty folder for its state
   */
  public static double seconds(
      Map<String, Object> consumer, String application, String topic, long records, Path directory)
      throws Exception {
    LongAdder taken = new LongAdder();
    StreamsBuilder builder = new StreamsBuilder();
    builder
        .table(
            topic,
            Consumed.with(Serdes.Bytes(), Serdes.ByteArray()),
            Materialized.<Bytes, byte[], KeyValueStore<Bytes, byte[]>>as("table")
                .withCachingDisabled())
        .toStream()
        .foreach((key, value) -> taken.increment());
    Properties properties = properties(consumer, application, directory);
    CountDownLatch running = new CountDownLatch(1);
    try (KafkaStreams streams = new KafkaStreams(builder.build(properties), properties)) {
      streams.setStateListener((now, before) -> {
        if (now == KafkaStreams.State.RUNNING || now == KafkaStreams.State.ERROR) {
          running.countDown();
        }
      });
      streams.start();
      if (!running.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("Kafka Streams does not start");
      }
      long started = System.nanoTime();
      while (taken.sum() < records) {
        if (System.nanoTime() - started > LIMIT.toNanos()
            || !streams.state().isRunningOrRebalancing()) {
          throw new IllegalStateException(
              "Kafka Streams is " + streams.state() + " after " + taken.sum() + " records");
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
      if (!streams.close(LIMIT)) {
        throw new IllegalStateException("Kafka Streams does not close");
      }
      return (System.nanoTime() - started) / 1e9;
    }
  }

  private static Properties properties(
      Map<String, Object> consumer, String application, Path directory) {
    Map<String, Object> all = new HashMap<>();
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    all.put(
        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
        Objects.requireNonNull(consumer.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)));
    all.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    all.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
    all.put(
        StreamsConfig.NUM_STREAM_THREADS_CONFIG,
        Math.min(BrokerProcess.PARTITIONS, Runtime.getRuntime().availableProcessors()));
    for (String name :
        new String[] {
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
          ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG
        }) {
      all.put(StreamsConfig.consumerPrefix(name), Objects.requireNonNull(consumer.get(name)));
    }
    Properties properties = new Properties();
    properties.putAll(all);
    return properties;
  }
}
