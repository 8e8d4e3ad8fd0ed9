package io.weir.deploy.demo;

import io.weir.storage.RecoveryReport;
import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.StoreStats;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A demo target over the real store, with a plain consumer loop and without HTTP. */
final class SmallWeir implements DemoTarget.Running {

  private static final Duration POLL = Duration.ofMillis(50);

  private final DemoTarget.Settings settings;
  private final VectorStore store;
  private final VectorCollection collection;
  private final Thread thread;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile boolean stopping;

  private SmallWeir(DemoTarget.Settings settings) throws IOException {
    this.settings = settings;
    this.store = VectorStore.open(settings.dataFolder(), StoreOptions.defaults());
    this.collection = store.declare(settings.collection(), settings.schema());
    this.thread = Thread.ofPlatform().name("small-weir").start(this::run);
  }

  static SmallWeir start(DemoTarget.Settings settings) throws IOException {
    return new SmallWeir(settings);
  }

  DemoTarget.Settings settings() {
    return settings;
  }

  VectorCollection collection() {
    return collection;
  }

  private void run() {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", settings.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      Map<Integer, Shard> shards = new HashMap<>();
      List<TopicPartition> partitions =
          consumer.partitionsFor(settings.topic()).stream()
              .map(info -> new TopicPartition(settings.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      for (TopicPartition partition : partitions) {
        Shard shard = collection.shard(partition.partition());
        shards.put(partition.partition(), shard);
        consumer.seek(
            partition, shard.durablePosition().map(SourcePosition::nextOffset).orElse(0L));
      }
      while (!stopping) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          append(shards.get(record.partition()), record);
        }
      }
    } catch (IOException | RuntimeException e) {
      failure.set(e);
    }
  }

  private void append(@Nullable Shard shard, ConsumerRecord<byte[], byte[]> record) {
    VectorRecord row =
        new VectorRecord.Upsert(
            record.offset(),
            record.timestamp(),
            MemorySegment.ofArray(record.key()),
            MemorySegment.ofArray(vector(record.value())),
            MemorySegment.ofArray(new byte[0]));
    if (shard == null
        || !(shard.append(row, SourcePosition.UNKNOWN_EPOCH) instanceof AppendResult.Appended)) {
      throw new IllegalStateException("not appended: " + record);
    }
  }

  private byte[] vector(byte[] value) {
    if (settings.format() == DemoTarget.Format.FLOAT32) {
      return value;
    }
    JsonNode vector = new JsonMapper().readTree(value).path("vector");
    ByteBuffer bytes =
        ByteBuffer.allocate(settings.schema().vectorBytes()).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEach(component -> bytes.putFloat(Float.parseFloat(component.asString())));
    return bytes.array();
  }

  @Override
  public URI httpAddress() {
    return URI.create("http://127.0.0.1:" + settings.httpPort());
  }

  @Override
  public RecoveryReport recovery() {
    return store.recovery();
  }

  @Override
  public StoreStats stats() {
    return store.stats();
  }

  @Override
  public StoreStats stop() throws IOException {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    Exception failed = failure.get();
    if (failed != null) {
      throw new IOException("the consumer failed", failed);
    }
    store.checkpoint().join();
    StoreStats stats = store.stats();
    store.close();
    return stats;
  }
}
