package io.weir.ingest;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.ingest.decode.KeyFormat;
import io.weir.ingest.registry.RegistrySettings;
import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.ingest.testing.FakeRegistryServer;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, a real store, and a schema registry that comes and goes. */
class SchemaRegistryFeedTest {
  private static final String SCHEMA =
      "{\"type\":\"record\",\"name\":\"Film\",\"fields\":["
          + "{\"name\":\"vector\",\"type\":{\"type\":\"array\",\"items\":\"float\"}},"
          + "{\"name\":\"year\",\"type\":\"int\"}]}";

  @TempDir static Path brokerFolder;
  private static EmbeddedBroker broker;

  @TempDir Path storeFolder;
  @TempDir Path schemas;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private FakeRegistryServer registry;
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
  void open() throws IOException {
    registry = FakeRegistryServer.start(0);
    store = VectorStore.open(storeFolder, StoreOptions.defaults());
    store.declare("films", new VectorSchema(2, Metric.DOT));
  }

  @AfterEach
  void close() throws IOException {
    IngestService running = service;
    try {
      if (running != null) {
        running.stop(Duration.ofSeconds(30));
      }
      store.close();
    } finally {
      registry.close();
    }
  }

  @Test
  void aRegistryThatIsDownHoldsTheShardVisiblyAndNothingIsLost() throws Exception {
    broker.createTopic("down", 1, Map.of());
    int port = registry.port();
    registry.close();
    // Rows before and after the first that needs the registry, an overwrite, a delete, a reject.
    produce("down", "early", null);
    produce("down", "a", framed(7, 1, 2, 1990));
    produce("down", "b", framed(7, 3, 4, 1991));
    produce("down", "bad", framed(8, 3, 4, 1991));
    produce("down", "a", framed(7, 5, 6, 1992));
    produce("down", "b", null);
    IngestService started = start(CollectionFeed.of("films", "down", RecordFormat.AVRO));

    Await.until(
        () -> "waiting for the registry: " + started.status(),
        () ->
            state(started) instanceof IngestState.WaitingForSchemaRegistry waiting
                && waiting.offset() == 1
                && waiting.error().contains("ConnectException"));
    assertEquals("waiting-for-schema-registry", state(started).name());
    assertTrue(
        state(started).description().startsWith("waiting at offset 1 for the schema registry: "),
        state(started).description());
    assertEquals(1, applied(started), "the tombstone before it is applied, nothing after it");

    registry =
        FakeRegistryServer.start(
            port, Map.of("/schemas/ids/7", "{\"schema\":" + quoted(SCHEMA) + "}"));

    Await.until(() -> "everything applied: " + started.status(), () -> applied(started) == 6);
    VectorCollection films = store.collection("films").orElseThrow();
    assertEquals(1, films.liveRows());
    var row = films.get("a").orElseThrow();
    assertArrayEquals(new float[] {5, 6}, row.vector());
    assertEquals("{\"year\":1992}", new String(row.payload(), UTF_8));
    assertEquals(
        Map.of("unknown-schema", 1L), started.status().collections().getFirst().rejected());
    assertEquals("running", state(started).name());
    assertEquals(
        1, registry.asked().stream().filter(path -> path.equals("/schemas/ids/7")).count());
  }

  @Test
  void ingestThatWaitsForTheRegistryCanBeStopped() throws Exception {
    broker.createTopic("stopped", 1, Map.of());
    registry.close();
    produce("stopped", "a", framed(7, 1, 2, 1990));
    IngestService started = start(CollectionFeed.of("films", "stopped", RecordFormat.AVRO));
    Await.until(
        () -> "waiting for the registry: " + started.status(),
        () -> state(started) instanceof IngestState.WaitingForSchemaRegistry);

    assertEquals(false, started.stop(Duration.ofMillis(10)));

    assertEquals(
        Optional.empty(),
        store.collection("films").orElseThrow().get("a"),
        "left where it belongs");
  }

  @Test
  void aSchemaFileNeedsNoRegistryAndKeysMayBeNumbers() throws Exception {
    broker.createTopic("file", 1, Map.of());
    Path file = Files.writeString(schemas.resolve("film.avsc"), SCHEMA);
    byte[] framed = framed(7, 1, 2, 1990);
    produce(
        "file",
        ByteBuffer.allocate(8).putLong(-42).array(),
        java.util.Arrays.copyOfRange(framed, 5, framed.length));
    IngestService started =
        start(
            CollectionFeed.of("films", "file", RecordFormat.AVRO)
                .withKey(KeyFormat.INT64)
                .withSchemaFile(Optional.of(file), Optional.empty()));

    Await.until(() -> "everything applied: " + started.status(), () -> applied(started) == 1);

    assertTrue(store.collection("films").orElseThrow().get("-42").isPresent());
    assertEquals(List.of(), registry.asked());
  }

  @Test
  void aSchemaFileThatCannotBeUsedIsRefusedAtOnce() throws Exception {
    Path file = Files.writeString(schemas.resolve("x.avsc"), "\"int\"");
    CollectionFeed feed = CollectionFeed.of("films", "t", RecordFormat.AVRO);

    assertEquals(
        "collection films: schema file " + file + ": is int; it must be a record",
        refused(feed.withSchemaFile(Optional.of(file), Optional.empty())));
    Path missing = file.resolveSibling("missing.avsc");
    assertTrue(
        refused(feed.withSchemaFile(Optional.of(missing), Optional.empty()))
            .startsWith("collection films: schema file " + missing + " cannot be read:"));
  }

  private String refused(CollectionFeed feed) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> start(feed)).getMessage());
  }

  private IngestService start(CollectionFeed feed) {
    IngestService started =
        IngestService.start(
            IngestSettings.of(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                List.of(feed),
                Optional.of(
                    RegistrySettings.of(
                        registry.url(), Optional.empty(), Optional.empty(), Optional.empty()))),
            store,
            meters);
    service = started;
    return started;
  }

  private static IngestState state(IngestService service) {
    CollectionStatus films = service.status().collections().getFirst();
    return films.shards().isEmpty() ? films.state() : films.shards().getFirst().state();
  }

  private static long applied(IngestService service) {
    return service.status().collections().getFirst().shards().stream()
        .findFirst()
        .flatMap(ShardStatus::applied)
        .map(SourcePosition::nextOffset)
        .orElse(0L);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\\\"") + "\"";
  }

  private static byte[] framed(int id, float first, float second, int year) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    value.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    value.write(4);
    value.writeBytes(bytes(first, second));
    value.write(0);
    int zigzag = year << 1;
    value.write((zigzag & 0x7F) | 0x80);
    value.write(zigzag >>> 7);
    return value.toByteArray();
  }

  private static void produce(String topic, String key, byte @Nullable [] value) throws Exception {
    produce(topic, utf8(key), value);
  }

  @SuppressWarnings("NullAway") // a tombstone is what it is
  private static void produce(String topic, byte[] key, byte @Nullable [] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class))) {
      var _ = producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }
}
