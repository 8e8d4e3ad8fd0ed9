package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

  private static final String MINIMAL =
      """
      kafka:
        bootstrap-servers: broker1:9092
      data: /var/lib/weir
      collections:
        - name: docs
          dimension: 768
      """;

  @TempDir Path folder;

  @Test
  void everySettingButFourHasADefault() throws Exception {
    WeirConfig config = read(MINIMAL);

    assertEquals(
        new WeirConfig(
            new KafkaConfig("broker1:9092", Map.of()),
            Path.of("/var/lib/weir"),
            new HttpConfig("127.0.0.1", 8080),
            new StoreOptions(256L << 20, Duration.ofSeconds(5), 1L << 30),
            List.of(
                new CollectionConfig(
                    "docs",
                    "docs",
                    new VectorSchema(768, Metric.COSINE),
                    RecordFormat.JSON,
                    Optional.empty()))),
        config);
  }

  @Test
  void everySettingIsTakenFromTheFile() throws Exception {
    WeirConfig config =
        read(
            """
            kafka:
              bootstrap-servers: broker1:9092, broker2:9093
              properties:
                security.protocol: SASL_SSL
                ssl:
                  truststore.location: /etc/weir/trust.p12
                fetch.max.bytes: 1048576
            data: here
            http: { host: 0.0.0.0, port: 0 }
            checkpoint: { interval: 2m }
            hot-buffer: { bytes: 8MiB }
            segment: { bytes: 64MB }
            collections:
              - name: docs
                topic: documents
                dimension: 3
                metric: euclidean
                format: float32
                dead-letter-topic: docs-rejected
              - { name: images, topic: pictures, dimension: 65536, metric: dot, format: json }
            """);

    assertEquals(
        new WeirConfig(
            new KafkaConfig(
                "broker1:9092,broker2:9093",
                Map.of(
                    "security.protocol", "SASL_SSL",
                    "ssl.truststore.location", "/etc/weir/trust.p12",
                    "fetch.max.bytes", "1048576")),
            Path.of("here"),
            new HttpConfig("0.0.0.0", 0),
            new StoreOptions(8L << 20, Duration.ofMinutes(2), 64_000_000),
            List.of(
                new CollectionConfig(
                    "docs",
                    "documents",
                    new VectorSchema(3, Metric.EUCLIDEAN),
                    RecordFormat.FLOAT32,
                    Optional.of("docs-rejected")),
                new CollectionConfig(
                    "images",
                    "pictures",
                    new VectorSchema(65_536, Metric.DOT),
                    RecordFormat.JSON,
                    Optional.empty()))),
        config);
  }

  @Test
  void everySettingIsTakenFromTheEnvironment() throws Exception {
    WeirConfig config =
        ConfigReader.read(
            Optional.empty(),
            Map.ofEntries(
                Map.entry("WEIR_KAFKA_BOOTSTRAP_SERVERS", "broker1:9092"),
                Map.entry("WEIR_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SASL_SSL"),
                Map.entry("WEIR_DATA", "here"),
                Map.entry("WEIR_HTTP_HOST", "::1"),
                Map.entry("WEIR_HTTP_PORT", "81"),
                Map.entry("WEIR_CHECKPOINT_INTERVAL", "0s"),
                Map.entry("WEIR_HOT_BUFFER_BYTES", "4MiB"),
                Map.entry("WEIR_SEGMENT_BYTES", "1MiB"),
                Map.entry("WEIR_COLLECTIONS_0__NAME", "docs"),
                Map.entry("WEIR_COLLECTIONS_0__TOPIC", "documents"),
                Map.entry("WEIR_COLLECTIONS_0__DIMENSION", "3"),
                Map.entry("WEIR_COLLECTIONS_0__METRIC", "dot"),
                Map.entry("WEIR_COLLECTIONS_0__FORMAT", "float32"),
                Map.entry("WEIR_COLLECTIONS_0__DEAD_LETTER_TOPIC", "docs-rejected"),
                Map.entry("PATH", "/bin")));

    assertEquals(
        new WeirConfig(
            new KafkaConfig("broker1:9092", Map.of("security.protocol", "SASL_SSL")),
            Path.of("here"),
            new HttpConfig("::1", 81),
            new StoreOptions(4L << 20, Duration.ZERO, 1L << 20),
            List.of(
                new CollectionConfig(
                    "docs",
                    "documents",
                    new VectorSchema(3, Metric.DOT),
                    RecordFormat.FLOAT32,
                    Optional.of("docs-rejected")))),
        config);
  }

  @Test
  void theEnvironmentWinsOverTheFile() throws Exception {
    WeirConfig config =
        read(
            MINIMAL
                + """
                http: { port: 1 }
                """,
            Map.of("WEIR_HTTP_PORT", "2", "WEIR_COLLECTIONS_0__DIMENSION", "9"));

    assertEquals(2, config.http().port());
    assertEquals(9, config.collections().getFirst().schema().dimension());
  }

  @Test
  void theEnvironmentCanAddACollectionAndAKafkaProperty() throws Exception {
    WeirConfig config =
        read(
            """
            kafka:
              bootstrap-servers: broker1:9092
              properties: { security.protocol: PLAINTEXT, client.id: weir-1 }
            data: here
            collections: [ { name: docs, dimension: 3 } ]
            """,
            Map.of(
                "WEIR_COLLECTIONS_1__NAME", "images",
                "WEIR_COLLECTIONS_1__DIMENSION", "4",
                "WEIR_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SSL",
                "WEIR_KAFKA_PROPERTIES_FETCH_MAX_BYTES", "7"));

    assertEquals(
        List.of("docs", "images"),
        config.collections().stream().map(CollectionConfig::name).toList());
    assertEquals(
        Map.of("security.protocol", "SSL", "client.id", "weir-1", "fetch.max.bytes", "7"),
        config.kafka().properties());
  }

  @Test
  void bootstrapServersMayBeAList() throws Exception {
    WeirConfig config = read(MINIMAL.replace("broker1:9092", "[ 'broker1:9092', '[::1]:9093' ]"));

    assertEquals("broker1:9092,[::1]:9093", config.kafka().bootstrapServers());
  }

  @Test
  void keysMayBeWrittenWithDots() throws Exception {
    assertEquals(99, read(MINIMAL + "http.port: 99\n").http().port());
  }

  @Test
  void emptySectionsAndEmptyVariablesCountAsNotGiven() throws Exception {
    WeirConfig config =
        read(
            MINIMAL
                + """
                http:
                checkpoint: {}
                """,
            Map.of("WEIR_HTTP_PORT", " "));

    assertEquals(8080, config.http().port());
  }

  @Test
  void variablesOfTheLauncherAndOfKubernetesAreNoSettings() throws Exception {
    WeirConfig config =
        read(
            MINIMAL,
            Map.of(
                "WEIR_JAVA_OPTS", "-Xmx1g",
                "WEIR_JAVA_HOME", "/opt/jdk",
                "WEIR_SERVICE_HOST", "10.0.0.1",
                "WEIR_SERVICE_PORT_HTTP", "8080",
                "WEIR_PORT", "tcp://10.0.0.1:8080",
                "WEIR_PORT_8080_TCP_ADDR", "10.0.0.1"));

    assertEquals(8080, config.http().port());
  }

  @Test
  void numbersAndDatesInKafkaPropertiesStayAsTheyAreWritten() throws Exception {
    WeirConfig config =
        read(
            MINIMAL.replace(
                "data:", "  properties: { client.id: 2026-01-01, client.rack: 007 }\ndata:"));

    assertEquals(
        Map.of("client.id", "2026-01-01", "client.rack", "007"), config.kafka().properties());
  }

  @Test
  void printedSettingsHideSecrets() throws Exception {
    WeirConfig config =
        read(
            MINIMAL,
            Map.of(
                "WEIR_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", "password=geheim",
                "WEIR_KAFKA_PROPERTIES_CLIENT_ID", "weir-1"));

    String printed = config.toString();
    assertTrue(printed.contains("sasl.jaas.config=(hidden)"), printed);
    assertTrue(printed.contains("client.id=weir-1"), printed);
    assertFalse(printed.contains("geheim"), printed);
  }

  private WeirConfig read(String yaml) throws IOException, InvalidConfigException {
    return read(yaml, Map.of());
  }

  private WeirConfig read(String yaml, Map<String, String> environment)
      throws IOException, InvalidConfigException {
    Path file = Files.writeString(folder.resolve("weir.yaml"), yaml);
    return ConfigReader.read(Optional.of(file), environment);
  }
}
