package io.weir.deploy.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.PortPolicy;
import io.weir.deploy.WeirServer;
import io.weir.deploy.audit.Difference.Kind;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.ingest.Assignment;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.poll.RawRecord;
import io.weir.ingest.registry.RegistrySettings;
import io.weir.storage.StoreOptions;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/** Values whose schemas only a registry has. */
@Timeout(120)
class AuditSchemasTest {
  private static final String TOPIC = "films";
  private static final int KNOWN = 7;
  private static final int UNKNOWN = 8;
  private static final String SCHEMA =
      "{\"type\":\"record\",\"name\":\"Film\",\"fields\":["
          + "{\"name\":\"vector\",\"type\":\"bytes\"},"
          + "{\"name\":\"year\",\"type\":\"int\"}]}";

  @TempDir Path directory;

  @Test
  void theRegistryThatWeirReadsIsReadByTheAuditToo() throws Exception {
    DisposableServer registry = registry();
    RegistrySettings settings = settings("http://127.0.0.1:" + registry.port());
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      KafkaConfig kafka = new KafkaConfig(broker.bootstrapServers(), Map.of());
      broker.createTopic(TOPIC, 1, Map.of());
      broker.createTopic("others", 1, Map.of());
      send(broker, TOPIC, framed(KNOWN, 1, 2, 30), framed(UNKNOWN, 3, 4, 31));
      send(broker, "others", framed(KNOWN, 1, 2, 33), framed(UNKNOWN, 3, 4, 31));
      try (WeirServer weir = WeirServer.start(config(kafka, settings), PortPolicy.FIXED)) {
        URI url = URI.create("http://127.0.0.1:" + weir.address().getPort());

        AuditReport equal = audit(TOPIC, kafka, settings, url);
        AuditReport other = audit("others", kafka, settings, url);

        assertTrue(equal.equal(), equal::toString);
        assertEquals(1, equal.equalRows());
        assertEquals(1, equal.rejected(), "of a schema that the registry does not have");
        assertEquals(1L, other.totals().get(Kind.WRONG_PAYLOAD), other::toString);
      }
    } finally {
      registry.disposeNow();
    }
  }

  @Test
  void aRegistryThatIsDownIsNamed() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = free.getLocalPort();
    }
    AuditRequest request =
        AuditRequest.of(
            feed(TOPIC),
            new KafkaConfig("127.0.0.1:1", Map.of()),
            Optional.of(settings("http://127.0.0.1:" + nobody)),
            URI.create("http://127.0.0.1:1"));
    RawRecord record =
        new RawRecord(0, 0, 0, "a".getBytes(UTF_8), framed(KNOWN, 1, 2, 30), List.of());
    try (AuditDecoder decoder = new AuditDecoder(request, Duration.ofSeconds(2))) {

      AuditException down = assertThrows(AuditException.class, () -> decoder.decode(record));

      assertTrue(
          String.valueOf(down.getMessage())
              .startsWith(
                  "the schema registry at http://127.0.0.1:"
                      + nobody
                      + " has not given a schema within 2 s: "),
          down.getMessage());
    }
  }

  @Test
  void schemasThatNobodyHasAreAskedForBeforeAnythingIsRead() {
    StringWriter errors = new StringWriter();

    int exit =
        new CommandLine(new AuditCommand(Map.of()))
            .setErr(new PrintWriter(errors))
            .execute("--collection", "films", "--format", "avro", "-b", "127.0.0.1:1");

    assertEquals(CommandLine.ExitCode.USAGE, exit);
    assertTrue(
        errors.toString().contains("give --config with schema-registry.url"), errors::toString);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            AuditRequest.of(
                feed(TOPIC),
                new KafkaConfig("127.0.0.1:1", Map.of()),
                URI.create("http://127.0.0.1:1")));
  }

  private static AuditReport audit(
      String topic, KafkaConfig kafka, RegistrySettings registry, URI url) throws Exception {
    return Audit.run(
        AuditRequest.of(feed(topic), kafka, Optional.of(registry), url), AuditDisplay.NONE);
  }

  private static CollectionFeed feed(String topic) {
    return CollectionFeed.of("films", topic, RecordFormat.AVRO);
  }

  private WeirConfig config(KafkaConfig kafka, RegistrySettings registry) {
    return new WeirConfig(
        kafka,
        directory.resolve("data"),
        new HttpConfig("127.0.0.1", 0),
        StoreOptions.defaults(),
        List.of(
            new CollectionConfig(
                "films",
                TOPIC,
                new VectorSchema(2, Metric.DOT),
                RecordFormat.AVRO,
                Optional.empty())),
        new Assignment.All(),
        Optional.of(registry));
  }

  private static RegistrySettings settings(String url) {
    return RegistrySettings.of(url, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static DisposableServer registry() {
    String body = JsonMapper.shared().writeValueAsString(Map.of("schema", SCHEMA));
    String unknown =
        JsonMapper.shared()
            .writeValueAsString(Map.of("error_code", 40403, "message", "Schema not found"));
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .route(routes ->
            routes
                .get("/schemas/ids/" + KNOWN, (_, response) -> response.sendString(Mono.just(body)))
                .get(
                    "/schemas/ids/" + UNKNOWN,
                    (_, response) -> response.status(404).sendString(Mono.just(unknown))))
        .bindNow();
  }

  /**
   * A value as serializers of a registry frame it; Avro writes the numbers here as zigzag bytes.
   */
  private static byte[] framed(int schemaId, float x, float y, int year) {
    return ByteBuffer.allocate(15)
        .order(ByteOrder.BIG_ENDIAN)
        .put((byte) 0)
        .putInt(schemaId)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) (2 * Float.BYTES * 2))
        .putFloat(x)
        .putFloat(y)
        .put((byte) (2 * year))
        .array();
  }

  private static void send(EmbeddedBroker broker, String topic, byte[]... values) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < values.length; i++) {
        byte[] key = ("key-" + i).getBytes(UTF_8);
        var _ =
            producer
                .send(new ProducerRecord<>(topic, 0, 1_700_000_000_000L, key, values[i]))
                .get(30, TimeUnit.SECONDS);
      }
    }
  }
}
