package io.weir.deploy.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records that a topic lacks, with an ordinary idempotent producer; see {@link FeedPlan}
 * for how it knows them.
 *
 * <p><b>Threads:</b> {@link #feed} on one thread, once; {@link #stop} from any.
 */
final class TopicFeeder {

  private static final int BATCH_BYTES = 256 << 10;
  private static final int LINGER_MILLIS = 5;
  private static final int MAX_BLOCK_MILLIS = 30_000;

  /** For what a broker has been sent already: given up, it may be in the topic all the same. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  private final String topic;
  private final RecordSource source;
  private final FeedPlan plan;
  private final Map<String, Object> settings;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong awaited = new AtomicLong(Long.MAX_VALUE);
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;

  private TopicFeeder(String bootstrapServers, String topic, RecordSource source, FeedPlan plan) {
    this.topic = topic;
    this.source = source;
    this.plan = plan;
    this.settings = settings(bootstrapServers);
  }

  /**
   * Finds out what the topic lacks.
   *
   * @param topic an existing topic that nobody else writes to
   * @throws IOException if it cannot be read, or holds other records than this source's
   */
  static TopicFeeder prepare(String bootstrapServers, String topic, RecordSource source)
      throws IOException {
    FeedPlan plan = FeedPlan.of(source, topic, TopicTail.read(bootstrapServers, topic));
    return new TopicFeeder(bootstrapServers, topic, source, plan);
  }

  private static Map<String, Object> settings(String bootstrapServers) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("client.id", "weir-demo");
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("batch.size", BATCH_BYTES);
    settings.put("linger.ms", LINGER_MILLIS);
    settings.put("max.block.ms", MAX_BLOCK_MILLIS);
    // A record that is given up leaves a hole among the ones after it; see FeedPlan.
    settings.put("delivery.timeout.ms", Integer.MAX_VALUE);
    return settings;
  }

  /** Records that the topic already held. */
  long alreadyThere() {
    return plan.present();
  }

  /**
   * Sends until all is acknowledged or {@link #stop} is called.
   *
   * @param progress told, now and then and from Kafka's thread, how many records the topic holds
   * @throws IOException if Kafka refuses a record for good
   */
  FeedReport feed(LongConsumer progress) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long[] reached = new long[plan.partitions()];
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      long sent = send(producer, reached, progress);
      awaited.set(sent);
      if (acknowledged.get() >= sent) {
        ended.countDown();
      }
      ended.await();
    } catch (KafkaException e) {
      failure.compareAndSet(null, e);
    } finally {
      producer.close(CLOSE_LIMIT);
    }
    Exception refused = failure.get();
    if (refused != null && !stopped) { // closing a stopped producer refuses what it has not sent
      throw new DemoException("Kafka does not take records: " + refused.getMessage(), refused);
    }
    return new FeedReport(
        acknowledged.get(),
        plan.present() + acknowledged.get() == source.size(),
        Duration.ofNanos(System.nanoTime() - start),
        Arrays.stream(reached).boxed().toList());
  }

  private long send(KafkaProducer<byte[], byte[]> producer, long[] reached, LongConsumer progress) {
    long sent = 0;
    for (long index = 0; index < source.size() && ended.getCount() > 0; index++) {
      byte[] key = source.key(index);
      int partition = FeedPlan.partition(key, reached.length);
      if (reached[partition] >= plan.present(partition)) {
        var _ =
            producer.send(
                new ProducerRecord<>(topic, partition, key, source.value(index)),
                (_, refused) -> onAnswer(refused, progress));
        sent++;
      }
      reached[partition]++;
    }
    return sent;
  }

  private void onAnswer(@Nullable Exception refused, LongConsumer progress) {
    if (refused != null) {
      failure.compareAndSet(null, refused);
      ended.countDown();
      return;
    }
    long now = acknowledged.incrementAndGet();
    progress.accept(plan.present() + now);
    if (now == awaited.get()) {
      ended.countDown();
    }
  }

  /** Ends {@link #feed} soon; what has been sent by then is acknowledged if Kafka answers. */
  void stop() {
    stopped = true;
    ended.countDown();
  }
}
