package io.weir.ingest;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.utf8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** One collection, {@code films}, fed by one topic of a real broker into a real store. */
final class FeedFixture implements AutoCloseable {
  static final String COLLECTION = "films";
  private static final int DIMENSION = 4;

  final String topic;
  private final EmbeddedBroker broker;
  private final Path folder;
  private VectorStore store;
  private @Nullable IngestService service;
  private volatile Duration ahead = Duration.ZERO;
  private volatile @Nullable Instant stoppedAt;
  private MeterRegistry meters = new SimpleMeterRegistry();

  FeedFixture(EmbeddedBroker broker, Path folder, String topic) throws IOException {
    this.broker = broker;
    this.folder = folder;
    this.topic = topic;
    this.store = open();
  }

  private VectorStore open() throws IOException {
    VectorStore opened = VectorStore.open(folder, StoreOptions.defaults());
    opened.declare(COLLECTION, new VectorSchema(DIMENSION, Metric.COSINE));
    return opened;
  }

  /** Sets Weir's clock so far ahead of the machine's. */
  void setClockAhead(Duration by) {
    ahead = by;
  }

  /** Stops Weir's clock: what is to be done in a while is never due. */
  void stopClock() {
    stoppedAt = now();
  }

  private Instant now() {
    Instant stopped = stoppedAt;
    return stopped == null ? Instant.now().plus(ahead) : stopped;
  }

  /** How often shards have stopped or could not go on for a reason since the last start. */
  int troubles(StopReason reason) {
    return (int)
        meters.find("weir.ingest.troubles").tag("reason", reason.id()).counters().stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  void start() {
    start(OnReject.DROP);
  }

  void start(OnReject onReject) {
    start(feed().withOnReject(onReject));
  }

  /** Rejected records go to this topic. */
  void startWithDeadLetters(String letters) {
    start(feed().withDeadLetterTopic(Optional.of(letters)));
  }

  private CollectionFeed feed() {
    return CollectionFeed.of(COLLECTION, topic, RecordFormat.FLOAT32);
  }

  private void start(CollectionFeed feed) {
    IngestSettings settings =
        IngestSettings.of(
                Map.of(
                    "bootstrap.servers", broker.bootstrapServers(), "metadata.max.age.ms", "1000"),
                List.of(feed))
            .withWorkers(2);
    meters = new SimpleMeterRegistry();
    service = IngestService.start(settings, store, meters, this::now);
  }

  /** Stops ingest, after a checkpoint, and opens the store anew. */
  void restartStore() throws IOException {
    stop();
    store.checkpoint().join();
    store.close();
    store = open();
  }

  void stop() {
    IngestService running = service;
    service = null;
    if (running != null) {
      running.stop(Duration.ofSeconds(30));
    }
  }

  VectorStore store() {
    return store;
  }

  VectorCollection collection() {
    return store.collection(COLLECTION).orElseThrow();
  }

  IngestService service() {
    IngestService running = service;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running;
  }

  ResumeResult resume(int partition, ResumeWay way) {
    return service().resume(COLLECTION, partition, way);
  }

  CollectionStatus status() {
    return service().status().collections().getFirst();
  }

  ShardStatus shard(int partition) {
    return status().shards().get(partition);
  }

  /** Returns the state that was seen; it may have passed by then. */
  IngestState awaitState(int partition, Class<? extends IngestState> type) {
    AtomicReference<IngestState> seen = new AtomicReference<>(new IngestState.Connecting(""));
    Await.until(
        () -> type.getSimpleName() + ": " + service().status(),
        () -> {
          List<ShardStatus> shards = status().shards();
          if (shards.size() > partition) {
            seen.set(shards.get(partition).state());
          }
          return shards.size() > partition && type.isInstance(seen.get());
        });
    return seen.get();
  }

  /** Waits until a shard stands at an offset, or behind it. */
  void awaitApplied(int partition, long offset) {
    Await.until(
        () -> "offset " + offset + ": " + service().status(),
        () ->
            status().shards().size() > partition
                && shard(partition).applied().map(SourcePosition::nextOffset).orElse(0L) >= offset);
  }

  /** Sends one record a key, and returns when all are acknowledged. */
  void send(int partition, String... keys) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String key : keys) {
      records.add(new ProducerRecord<>(topic, partition, utf8(key), bytes(1, 2, 3, 4)));
    }
    send(records);
  }

  @SuppressWarnings("NullAway") // a tombstone has no value
  void sendTombstone(int partition, String key) {
    send(List.of(new ProducerRecord<>(topic, partition, utf8(key), null)));
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("a record was not sent", e);
    }
  }

  /** Deletes what the log has below an offset, as retention does. */
  void expire(int partition, long offset) {
    EmbeddedBroker.done(
        broker
            .admin()
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
            .all());
  }

  /** Deletes the topic and makes another of its name, of one partition. */
  void recreateTopic() {
    broker.deleteTopic(topic);
    // The broker may not be done with the deletion.
    Await.until(
        "the old topic's end",
        () -> {
          try {
            broker.createTopic(topic, 1, Map.of());
            return true;
          } catch (AssertionError e) {
            return false;
          }
        });
  }

  /** All keys of the collection, in order. */
  Set<String> keys() throws IOException {
    Set<String> keys = new TreeSet<>();
    collection()
        .search(KnnQuery.nearest(new float[] {1, 1, 1, 1}, KnnQuery.MAX_K))
        .hits()
        .forEach(hit -> keys.add(hit.row().key()));
    return keys;
  }

  @Override
  public void close() throws IOException {
    stop();
    store.close();
  }
}
