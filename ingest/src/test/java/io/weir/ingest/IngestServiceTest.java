package io.weir.ingest;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker and a real store. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class IngestServiceTest {

  /** As producers that trace send it, in the form of W3C Trace Context. */
  private static final String TRACE_PARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static final String COLLECTION = "films";
  private static final int DIMENSION = 4;
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir static Path brokerFolder;
  private static EmbeddedBroker broker;

  @TempDir Path storeFolder;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final String topic = "topic-" + TOPICS.incrementAndGet();
  private VectorStore store;
  private @Nullable IngestService service;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new EmbeddedBroker(brokerFolder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void openStore() throws IOException {
    open(StoreOptions.defaults());
  }

  @AfterEach
  void stopAndClose() throws IOException {
    stop();
    store.close();
    assertEquals(List.of(), registry.getMeters(), "all meters are taken out again");
  }

  @Test
  void overwritesAndTombstonesEndAsTheLastRecordOfEachKeySays() throws IOException {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    broker.createTopic(topic, 3, Map.of());
    start(RecordFormat.FLOAT32, Optional.empty());
    Map<String, float[]> expected = new HashMap<>();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      String key = "key-" + random.nextInt(700);
      if (random.nextInt(5) == 0) {
        expected.remove(key);
        records.add(tombstone(key));
      } else {
        float[] vector = vector(random);
        expected.put(key, vector);
        records.add(upsert(key, vector));
      }
    }
    produce(records);
    awaitAllVisible();

    assertHolds(expected, "rerun with -Dweir.seed=" + seed);
    awaitCounted(5_000);
  }

  @Test
  void jsonComesBackBitForBit() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    start(RecordFormat.JSON, Optional.empty());
    produce(
        List.of(
            record("a", utf8("{\"vector\":[0.1,-0,1e-45,3.4e38],\"payload\":{ \"x\": 1 }}")),
            record(
                "b", utf8("{\"id\":\"b\",\"collection_name\":\"films\",\"vector\":[1,2,3,4]}"))));
    awaitAllVisible();

    StoredRow row = collection().get("a").orElseThrow();
    assertArrayEquals(new float[] {0.1f, -0.0f, Float.MIN_VALUE, 3.4e38f}, row.vector());
    assertEquals("{ \"x\": 1 }", new String(row.payload(), UTF_8));
    assertArrayEquals(new float[] {1, 2, 3, 4}, collection().get("b").orElseThrow().vector());
  }

  @Test
  void onlyCommittedTransactionsBecomeRowsAndThePositionPassesTheirMarkers() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(producerProperties(Map.of("transactional.id", topic)))) {
      producer.initTransactions();
      for (int round = 0; round < 3; round++) {
        producer.beginTransaction();
        var _ = producer.send(upsert("committed-" + round, 1, 2, 3, round));
        producer.commitTransaction();
        producer.beginTransaction();
        var _ = producer.send(upsert("aborted-" + round, 1, 2, 3, round));
        producer.flush();
        producer.abortTransaction();
      }
      start(RecordFormat.FLOAT32, Optional.empty());
      // The abort returns before its marker is written.
      awaitApplied(12);
      assertEquals(12, applied(0).nextOffset(), "three rounds of two records and two markers");

      producer.beginTransaction();
      var _ = producer.send(upsert("open", 1, 2, 3, 4));
      producer.flush();
      produce(List.of(upsert("behind", 1, 2, 3, 4)));
      producer.commitTransaction();
    }
    awaitApplied(15);

    assertEquals(15, applied(0).nextOffset());
    assertEquals(Set.of("committed-0", "committed-1", "committed-2", "open", "behind"), keys(5));
  }

  @Test
  void rejectedRecordsGoToTheDeadLetterTopicWithTheirReason() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    broker.createTopic(topic + "-dead", 1, Map.of());
    start(RecordFormat.JSON, Optional.of(topic + "-dead"));
    ProducerRecord<byte[], byte[]> malformed = record("b", utf8("{\"vector\":[1,2,3,"));
    malformed.headers().add("traceparent", utf8(TRACE_PARENT)).add("tracestate", utf8("a=b"));
    produce(
        List.of(
            record("a", utf8("{\"vector\":[1,2,3,4]}")),
            malformed,
            record("c", utf8("{\"vector\":[1,2]}")),
            raw(null, utf8("{\"vector\":[1,2,3,4]}")),
            record("d", utf8("{\"vector\":[0,0,0,0]}")),
            record("e", new byte[0]),
            record("f", utf8("{\"vector\":[1,2,3,1e40]}")),
            record("z", utf8("{\"vector\":[4,3,2,1]}"))));
    awaitAllVisible();

    assertEquals(Set.of("a", "z"), keys(2));
    Map<String, Long> expected =
        Map.of(
            "malformed-json", 1L,
            "wrong-dimension", 1L,
            "missing-key", 1L,
            "zero-vector", 1L,
            "empty-value", 1L,
            "not-finite", 1L);
    assertEquals(expected, collectionStatus().rejected());

    List<ConsumerRecord<byte[], byte[]>> letters = consume(topic + "-dead", 6);
    assertEquals(
        List.of("1", "2", "3", "4", "5", "6"),
        letters.stream().map(letter -> header(letter, "__connect.errors.offset")).toList());
    ConsumerRecord<byte[], byte[]> letter = letters.getFirst();
    assertArrayEquals(utf8("b"), letter.key());
    assertArrayEquals(malformed.value(), letter.value());
    List<String> names = new ArrayList<>();
    letter.headers().forEach(header -> names.add(header.key()));
    assertEquals(
        List.of(
            "traceparent",
            "tracestate",
            "__connect.errors.topic",
            "__connect.errors.partition",
            "__connect.errors.offset",
            "__connect.errors.connector.name",
            "__connect.errors.task.id",
            "__connect.errors.stage",
            "__connect.errors.class.name",
            "__connect.errors.exception.class.name",
            "__connect.errors.exception.message",
            "__connect.errors.exception.stacktrace",
            "weir.collection",
            "weir.reason"),
        names);
    assertEquals(TRACE_PARENT, header(letter, "traceparent"));
    assertEquals("a=b", header(letter, "tracestate"));
    assertEquals(topic, header(letter, "__connect.errors.topic"));
    assertEquals("0", header(letter, "__connect.errors.partition"));
    assertEquals(COLLECTION, header(letter, "__connect.errors.connector.name"));
    assertEquals("VALUE_CONVERTER", header(letter, "__connect.errors.stage"));
    assertTrue(
        header(letter, "__connect.errors.exception.message").startsWith("at byte "),
        header(letter, "__connect.errors.exception.message"));
    assertEquals("malformed-json", header(letter, "weir.reason"));
    assertEquals("TASK_PUT", header(letters.get(1), "__connect.errors.stage"));
    assertEquals("KEY_CONVERTER", header(letters.get(2), "__connect.errors.stage"));
  }

  @Test
  void aMissingDeadLetterTopicHoldsTheShardVisiblyUntilItIsThere() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    start(RecordFormat.FLOAT32, Optional.of(topic + "-dead"), Map.of("max.block.ms", 500));
    produce(List.of(upsert("a", 1, 2, 3, 4), upsert("b", 1), upsert("c", 1, 2, 3, 4)));

    Await.until(
        () -> "waiting for the dead-letter topic: " + service().status(),
        () ->
            collectionStatus().shards().stream()
                .anyMatch(s -> s.state() instanceof IngestState.WaitingForDeadLetterTopic));
    assertEquals(1, applied(0).nextOffset());
    assertEquals(Optional.empty(), collection().get("c"));

    broker.createTopic(topic + "-dead", 1, Map.of());
    awaitAllVisible();
    assertEquals(Set.of("a", "c"), keys(2));
    assertEquals(1, consume(topic + "-dead", 1).size());
  }

  @Test
  void aRestartGoesOnAtTheDurablePosition() throws IOException {
    broker.createTopic(topic, 2, Map.of());
    start(RecordFormat.FLOAT32, Optional.empty());
    Map<String, float[]> expected = new HashMap<>();
    produceCounted(0, 500, expected);
    awaitAllVisible();
    store.checkpoint().join();
    produceCounted(400, 800, expected);
    awaitAllVisible();
    stop();
    store.close();

    open(StoreOptions.defaults());
    SourcePosition durable = collection().shard(0).durablePosition().orElseThrow();
    produceCounted(700, 1_000, expected);
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();

    assertTrue(durable.nextOffset() > 0);
    assertTrue(
        durable.leaderEpoch() >= 0, "the epoch is kept, so that a truncated log can be noticed");
    assertHolds(expected, "after the restart");
    assertTrue(service().status().caughtUp());
  }

  @Test
  void aRestartOverTheOpenStoreGoesOnWhereItStopped() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    Map<String, float[]> expected = new HashMap<>();
    produceCounted(0, 100, expected);
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();
    stop();
    produceCounted(50, 150, expected);
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();

    assertHolds(expected, "after the restart");
    awaitCounted(100); // what was applied is not read again
  }

  @Test
  void aSmallHotBufferMakesIngestWaitWhilePollingGoesOnAndEverythingArrives() throws IOException {
    store.close();
    int dimension = 1_024;
    int records = 6_000;
    store =
        VectorStore.open(
            storeFolder,
            StoreOptions.defaults().withHotBufferBytes(StoreOptions.MIN_HOT_BUFFER_BYTES));
    store.declare(COLLECTION, new VectorSchema(dimension, Metric.DOT));
    broker.createTopic(topic, 2, Map.of());
    Map<String, float[]> expected = new HashMap<>();
    List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      float[] vector = new float[dimension];
      vector[i % dimension] = i + 1;
      expected.put("key-" + i, vector);
      sent.add(upsert("key-" + i, vector));
    }
    produce(sent);
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();

    for (Map.Entry<String, float[]> row : expected.entrySet()) {
      assertArrayEquals(
          row.getValue(), collection().get(row.getKey()).orElseThrow().vector(), row.getKey());
    }
    assertTrue(
        registry.get("weir.ingest.room.wait").timer().count() > 0, "the buffer was never full");
    assertTrue(
        service().status().longestPollInterval().compareTo(Duration.ofMinutes(1)) < 0,
        () -> "polling stood still: " + service().status().longestPollInterval());
    assertTrue(store.stats().hotAllocatedBytes() <= StoreOptions.MIN_HOT_BUFFER_BYTES);
  }

  @Test
  void startsBeforeItsTopicAndFindsItWhenItIsMade() throws IOException {
    start(RecordFormat.FLOAT32, Optional.empty());
    Await.until(
        () -> "waiting for the topic: " + service().status(),
        () -> collectionStatus().state().equals(new IngestState.WaitingForTopic(topic)));
    assertFalse(service().status().caughtUp());

    broker.createTopic(topic, 1, Map.of());
    produce(List.of(upsert("a", 1, 2, 3, 4)));
    awaitAllVisible();

    assertEquals(Set.of("a"), keys(1));
  }

  @Test
  void startsWithoutABrokerAndSaysSo() {
    service =
        IngestService.start(
            settings("127.0.0.1:1", RecordFormat.JSON, Optional.empty(), Map.of()),
            store,
            registry);

    Await.until(
        () -> "an error that shows: " + service().status(),
        () ->
            collectionStatus().state() instanceof IngestState.Connecting(String error)
                && !error.isEmpty()
                && service().status().problem().isPresent());
    assertFalse(service().status().caughtUp());
  }

  @Test
  void aNameThatDoesNotResolveIsTriedAgainAndAgain() {
    service =
        IngestService.start(
            // A label longer than 63 characters: no name server need be asked.
            settings(
                "a".repeat(64) + ".invalid:9092", RecordFormat.JSON, Optional.empty(), Map.of()),
            store,
            registry);

    Await.until(
        () -> "an error that shows: " + service().status(),
        () ->
            service().status().problem().orElse("").contains("bootstrap.servers")
                || service().status().problem().orElse("").contains("resol"));
  }

  @Test
  void anEmptyTopicIsCaughtUpWith() {
    broker.createTopic(topic, 2, Map.of());
    start(RecordFormat.JSON, Optional.empty());

    Await.until(() -> service().status().toString(), () -> service().status().caughtUp());
    assertEquals(0, shard(0).lag());
  }

  @Test
  void aLogThatBeginsAboveZeroIsReadFromItsBeginning() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    Map<String, float[]> expected = new HashMap<>();
    produceCounted(0, 10, new HashMap<>());
    deleteBelow(10);
    start(RecordFormat.FLOAT32, Optional.empty());
    Await.until(() -> service().status().toString(), () -> service().status().caughtUp());

    produceCounted(10, 20, expected);
    awaitAllVisible();
    assertHolds(expected, "from the log's beginning");
  }

  @Test
  void aPositionThatTheLogNoLongerHasStopsItsShardAndSaysWhatToDo() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    produceCounted(0, 10, new HashMap<>());
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();
    stop();
    produceCounted(10, 20, new HashMap<>());
    deleteBelow(15);
    start(RecordFormat.FLOAT32, Optional.empty());

    IngestState.Stopped stopped = awaitStopped(0);
    assertEquals(StopReason.POSITION_OUT_OF_RANGE, stopped.reason());
    assertTrue(stopped.description().contains("offset 10"), stopped.description());
    assertEquals(10, applied(0).nextOffset(), "nothing is skipped");
    assertEquals(10, keys(10).size(), "it serves what it has");
    assertFalse(service().status().caughtUp());
    assertEquals(1, registry.get("weir.ingest.stopped.shards").gauge().value());
  }

  @Test
  void aShardThatStopsLeavesTheOthersGoing() throws IOException {
    broker.createTopic(topic, 2, Map.of());
    produce(List.of(to(0, "a"), to(0, "b"), to(1, "c")));
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();
    stop();
    produce(List.of(to(0, "d"), to(0, "e"), to(1, "f")));
    deleteBelow(3);
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitStopped(0);
    produce(List.of(to(1, "g")));

    Await.until(() -> service().status().toString(), () -> applied(1).nextOffset() == 3);
    assertEquals(Set.of("a", "b", "c", "f", "g"), keys(5));
    assertEquals(new IngestState.Running(), shard(1).state());
    assertEquals(2, applied(0).nextOffset());
  }

  @Test
  void aTopicThatIsMadeAnewStopsTheCollection() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    produceCounted(0, 10, new HashMap<>());
    start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();

    broker.deleteTopic(topic);
    Await.until(
        () -> "the topic's end: " + service().status(),
        () -> collectionStatus().state() instanceof IngestState.WaitingForTopic);
    broker.createTopic(topic, 1, Map.of());
    // The consumer may run into the new topic's end before the brokers tell what has happened.
    Await.until(
        () -> "the reason: " + service().status(),
        () -> awaitStopped(0).reason() == StopReason.TOPIC_RECREATED);

    stop();
    start(RecordFormat.FLOAT32, Optional.empty());
    assertEquals(StopReason.TOPIC_RECREATED, awaitStopped(0).reason(), "known at the start too");
    assertEquals(10, keys(10).size(), "it serves what it has");
  }

  @Test
  void partitionsThatAreAddedStopTheCollection() {
    broker.createTopic(topic, 1, Map.of());
    start(RecordFormat.FLOAT32, Optional.empty());
    Await.until(() -> service().status().toString(), () -> service().status().caughtUp());

    broker.addPartitions(topic, 2);

    assertEquals(StopReason.PARTITIONS_ADDED, awaitStopped(0).reason());
  }

  @Test
  void fieldsOfPayloadsCanBeFilteredByAndMisfitsAreCounted() throws IOException {
    broker.createTopic(topic, 2, Map.of());
    declare(new Field("lang", FieldType.KEYWORD), new Field("meta.year", FieldType.LONG));
    start(RecordFormat.JSON, Optional.empty());
    produce(
        List.of(
            json("a", "{\"lang\":\"en\",\"meta\":{\"year\":1999}}"),
            json("b", "{\"lang\":[\"de\",\"en\"],\"meta\":{\"year\":\"2000\"}}"),
            json("c", "{\"lang\":null,\"meta.year\":2001}"),
            record("d", utf8("{\"vector\":[1,2,3,4]}"))));
    awaitAllVisible();

    assertEquals(Set.of("a", "b"), found(keyword("lang", "en")));
    assertEquals(Set.of("c"), found(since(2000)));
    assertEquals(Set.of("b", "d"), found(new Filter.Not(new Filter.Exists("meta.year"))));
    assertEquals(1, misfits("lang", "null"));
    assertEquals(1, misfits("meta.year", "wrong-type"));

    stop();
    store.checkpoint().join();
    store.close();
    open(StoreOptions.defaults());
    declare(new Field("meta.year", FieldType.LONG), new Field("day", FieldType.TIMESTAMP));
    start(RecordFormat.JSON, Optional.empty());
    produce(List.of(json("e", "{\"day\":\"2026-01-31T00:00:00Z\",\"meta\":{\"year\":2026}}")));
    awaitAllVisible();

    assertEquals(Set.of("c", "e"), found(since(2000)), "also rows of before");
    assertEquals(Set.of("e"), found(new Filter.Exists("day")));
    assertThrows(IllegalArgumentException.class, () -> found(keyword("lang", "en")));
  }

  private void declare(Field... fields) {
    store.declare(
        COLLECTION,
        new VectorSchema(DIMENSION, Metric.COSINE),
        CollectionFeed.of(COLLECTION, topic, RecordFormat.JSON)
            .withFields(List.of(fields))
            .declaredFields());
  }

  private ProducerRecord<byte[], byte[]> json(String key, String payload) {
    return record(key, utf8("{\"vector\":[1,2,3,4],\"payload\":" + payload + "}"));
  }

  private static Filter keyword(String field, String value) {
    return new Filter.In(field, List.of(new FieldValue.Keyword(value)));
  }

  private static Filter since(long year) {
    return new Filter.Range(
        "meta.year",
        Optional.of(new Filter.Bound(new FieldValue.Whole(year), true)),
        Optional.empty());
  }

  private Set<String> found(Filter filter) throws IOException {
    Set<String> keys = new HashSet<>();
    collection()
        .search(KnnQuery.nearest(new float[] {1, 1, 1, 1}, 100).filter(filter))
        .hits()
        .forEach(hit -> keys.add(hit.row().key()));
    return keys;
  }

  private double misfits(String field, String reason) {
    return registry
        .get("weir.ingest.field.misfits")
        .tags("collection", COLLECTION, "field", field, "reason", reason)
        .counter()
        .count();
  }

  @Test
  void aCollectionThatNobodyDeclaredIsRefusedAtOnce() {
    IngestSettings settings =
        IngestSettings.of(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            List.of(CollectionFeed.of("books", topic, RecordFormat.JSON)));

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> IngestService.start(settings, store, registry));

    assertTrue(String.valueOf(refused.getMessage()).contains("books"));
  }

  @Test
  void statusCanBeAskedForAfterTheStopAndTheStoresClose() throws IOException {
    broker.createTopic(topic, 1, Map.of());
    produceCounted(0, 10, new HashMap<>());
    IngestService stopped = start(RecordFormat.FLOAT32, Optional.empty());
    awaitAllVisible();

    assertTrue(stopped.stop(Duration.ofSeconds(10)));
    store.close();

    ShardStatus status = stopped.status().collections().getFirst().shards().getFirst();
    assertEquals(10, status.applied().orElseThrow().nextOffset());
    assertEquals(
        StopReason.CLOSED, assertInstanceOf(IngestState.Stopped.class, status.state()).reason());
    open(StoreOptions.defaults());
  }

  private void open(StoreOptions options) throws IOException {
    store = VectorStore.open(storeFolder, options);
    store.declare(COLLECTION, new VectorSchema(DIMENSION, Metric.COSINE));
  }

  private IngestService start(RecordFormat format, Optional<String> deadLetterTopic) {
    return start(format, deadLetterTopic, Map.of());
  }

  private IngestService start(
      RecordFormat format, Optional<String> deadLetterTopic, Map<String, Object> more) {
    IngestService started =
        IngestService.start(
            settings(broker.bootstrapServers(), format, deadLetterTopic, more), store, registry);
    service = started;
    return started;
  }

  private IngestSettings settings(
      String servers,
      RecordFormat format,
      Optional<String> deadLetterTopic,
      Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", servers);
    return IngestSettings.of(
            properties,
            List.of(
                CollectionFeed.of(COLLECTION, topic, format).withDeadLetterTopic(deadLetterTopic)))
        .withWorkers(2);
  }

  private void stop() {
    IngestService running = service;
    service = null;
    if (running != null) {
      running.stop(Duration.ofSeconds(30));
    }
  }

  private IngestService service() {
    IngestService running = service;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running;
  }

  private VectorCollection collection() {
    return store.collection(COLLECTION).orElseThrow();
  }

  private CollectionStatus collectionStatus() {
    return service().status().collections().getFirst();
  }

  private ShardStatus shard(int partition) {
    return collectionStatus().shards().get(partition);
  }

  private SourcePosition applied(int partition) {
    return shard(partition).applied().orElseThrow();
  }

  private IngestState.Stopped awaitStopped(int partition) {
    Await.until(
        () -> "a stopped shard: " + service().status(),
        () ->
            collectionStatus().shards().size() > partition
                && shard(partition).state() instanceof IngestState.Stopped);
    return (IngestState.Stopped) shard(partition).state();
  }

  /** Waits until the first shard stands at an offset, or behind it. */
  private void awaitApplied(long offset) {
    Await.until(
        () -> "offset " + offset + ": " + service().status(),
        () ->
            !collectionStatus().shards().isEmpty()
                && shard(0).applied().map(SourcePosition::nextOffset).orElse(0L) >= offset);
  }

  /** The counters follow when a batch is done with, a moment after its last record is visible. */
  private void awaitCounted(int records) {
    Await.until(() -> records + " records: " + counted(), () -> counted() >= records);
    assertEquals(records, counted());
  }

  private double counted() {
    return registry.find("weir.ingest.records").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** Waits until the shards have reached the ends that the broker tells now. */
  private void awaitAllVisible() {
    Await.until(
        () -> "the shards of " + service().status(),
        () -> collectionStatus().settled() && !collectionStatus().shards().isEmpty());
    for (ShardStatus shard : collectionStatus().shards()) {
      long end = end(shard.partition());
      Await.until(
          () -> "offset " + end + ": " + service().status(),
          () ->
              shard(shard.partition()).applied().map(SourcePosition::nextOffset).orElse(0L) >= end);
    }
  }

  private long end(int partition) {
    TopicPartition which = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerProperties())) {
      return consumer.endOffsets(Set.of(which)).getOrDefault(which, -1L);
    }
  }

  private void deleteBelow(long offset) {
    TopicPartition partition = new TopicPartition(topic, 0);
    EmbeddedBroker.done(
        broker
            .admin()
            .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
            .all());
  }

  private void assertHolds(Map<String, float[]> expected, String message) throws IOException {
    for (Map.Entry<String, float[]> row : expected.entrySet()) {
      assertArrayEquals(
          row.getValue(),
          collection().get(row.getKey()).orElseThrow().vector(),
          () -> row.getKey() + ", " + message);
    }
    assertEquals(expected.keySet(), keys(expected.size()), message);
  }

  /** All keys of the collection, by way of a search that reaches every row. */
  private Set<String> keys(int expected) throws IOException {
    Set<String> keys = new HashSet<>();
    assertEquals(expected, collection().liveRows());
    KnnQuery all =
        KnnQuery.nearest(new float[] {1, 1, 1, 1}, Math.min(expected + 1, KnnQuery.MAX_K));
    collection().search(all).hits().forEach(hit -> keys.add(hit.row().key()));
    return keys;
  }

  private void produceCounted(int from, int to, Map<String, float[]> expected) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      float[] vector = {from + 1, i, -i, 0.5f};
      expected.put("key-" + i, vector);
      records.add(upsert("key-" + i, vector));
    }
    produce(records);
  }

  private float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private ProducerRecord<byte[], byte[]> upsert(String key, float... vector) {
    return record(key, bytes(vector));
  }

  private ProducerRecord<byte[], byte[]> to(int partition, String key) {
    return new ProducerRecord<>(topic, partition, utf8(key), bytes(1, 2, 3, 4));
  }

  private ProducerRecord<byte[], byte[]> record(String key, byte[] value) {
    return raw(utf8(key), value);
  }

  private ProducerRecord<byte[], byte[]> tombstone(String key) {
    return raw(utf8(key), null);
  }

  @SuppressWarnings("NullAway") // a record without key, and a tombstone, are what they are
  private ProducerRecord<byte[], byte[]> raw(byte @Nullable [] key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key, value);
  }

  private void produce(List<ProducerRecord<byte[], byte[]>> records) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(producerProperties(Map.of()))) {
      List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("a record was not sent", e);
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> consume(String from, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerProperties())) {
      TopicPartition partition = new TopicPartition(from, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
      while (records.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    assertEquals(count, records.size());
    return records;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  private static Map<String, Object> producerProperties(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("key.serializer", ByteArraySerializer.class);
    properties.put("value.serializer", ByteArraySerializer.class);
    return properties;
  }

  private static Map<String, Object> consumerProperties() {
    return Map.of(
        "bootstrap.servers", broker.bootstrapServers(),
        "key.deserializer", ByteArrayDeserializer.class,
        "value.deserializer", ByteArrayDeserializer.class);
  }
}
