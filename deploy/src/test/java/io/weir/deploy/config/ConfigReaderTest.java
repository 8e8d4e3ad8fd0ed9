package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.access.ApiKey;
import io.weir.api.access.KeyHash;
import io.weir.api.access.Role;
import io.weir.api.access.SecuritySettings;
import io.weir.api.access.TlsFiles;
import io.weir.ingest.Assignment;
import io.weir.ingest.OnReject;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.decode.KeyFormat;
import io.weir.ingest.registry.RegistrySettings;
import io.weir.storage.CheckpointSchedule;
import io.weir.storage.CompactionOptions;
import io.weir.storage.ScrubOptions;
import io.weir.storage.StoreOptions;
import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
            StoreOptions.defaults()
                .withHotBufferBytes(256L << 20)
                .withCheckpointInterval(Duration.ofSeconds(5))
                .withSegmentBytes(1L << 30)
                .withDiskReserveBytes(128L << 20)
                .withScrub(new ScrubOptions(8L << 20, Duration.ofDays(1))),
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
  void oneAddressMayHaveThreeQuartersOfTheConnectionsThatThereAre() throws Exception {
    HttpConfig http =
        read(MINIMAL + "http: { max-connections: 100 }\nwatch: { watchers: 20 }\n").http();

    assertEquals(120, http.allConnections());
    assertEquals(90, http.maxConnectionsPerAddress());
  }

  private static KeyHash hash(String digit) {
    return KeyHash.ofHex(digit.repeat(KeyHash.HEX_DIGITS));
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
            readiness: { wait-for: nothing, max-time-lag: 2m }
            log: { access: stdout, slow-queries: none, slow-query-threshold: 2s }
            search: { scoring-threads: 3 }
            cursors: { limit: 5, idle-time: 30s, max-age: 1h }
            exports: { limit: 2, max-age: 2h }
            data: here
            http:
              host: 0.0.0.0
              port: 0
              max-connections: 7
              max-connections-per-address: 6
              tls: { certificate: fullchain.pem, key: key.pem, client-authorities: clients.pem }
              keys:
                - { name: grafana, sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }
                - { name: ops, sha256: BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB, role: admin, expires: 2027-01-31 }
              keys-file: keys
              key-rate: 50
              open-metrics: true
            watch: { watchers: 10, max-lag: 20, resume: 30s }
            qdrant: { enabled: false, id-mode: uuid5 }
            checkpoint: { interval: 2m, jitter: 30s }
            hot-buffer: { bytes: 8MiB }
            segment: { bytes: 64MB }
            compaction: { dead-share: 0.5, rate: 0 }
            history: { offsets: 1000, time: 7d }
            disk: { reserve: 1GiB }
            scrub: { rate: 0, interval: 12h }
            schema-registry: { url: "https://registry/api", user: weir, password: geheim }
            collections:
              - name: docs
                topic: documents
                dimension: 3
                metric: euclidean
                format: float32
                dead-letter-topic: docs-rejected
              - { name: images, topic: pictures, dimension: 65536, metric: dot, format: json }
              - name: films
                dimension: 2
                format: protobuf
                key: int64
                vector-field: embedding
                schema-file: film.proto
                message: shop.Film
                on-reject: stop
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
            new HttpConfig(
                "0.0.0.0",
                0,
                7,
                6,
                new SecuritySettings(
                    List.of(
                        new ApiKey("grafana", hash("a"), Role.READ, Optional.empty()),
                        new ApiKey(
                            "ops",
                            hash("b"),
                            Role.ADMIN,
                            Optional.of(Instant.parse("2027-01-31T00:00:00Z")))),
                    Optional.of(Path.of("keys")),
                    50,
                    true,
                    Optional.of(
                        new TlsFiles(
                            Path.of("fullchain.pem"),
                            Path.of("key.pem"),
                            Optional.of(Path.of("clients.pem")))),
                    Duration.ofSeconds(10)),
                false,
                new WatchConfig(10, 20, Duration.ofSeconds(30)),
                new QdrantConfig(false, QdrantConfig.IdMode.UUID5)),
            StoreOptions.defaults()
                .withHotBufferBytes(8L << 20)
                .withCheckpointInterval(Duration.ofMinutes(2))
                .withCheckpointJitter(Duration.ofSeconds(30))
                .withSegmentBytes(64_000_000)
                .withCompaction(new CompactionOptions(true, 0.5, 0))
                .withHistory(new HistoryLimits(1000, Duration.ofDays(7)))
                .withDiskReserveBytes(1L << 30)
                .withScrub(new ScrubOptions(0, Duration.ofHours(12)))
                .withScoringThreads(3),
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
                    Optional.empty()),
                new CollectionConfig(
                    "films",
                    "films",
                    new VectorSchema(2, Metric.COSINE),
                    RecordFormat.PROTOBUF,
                    Optional.empty(),
                    KeyFormat.INT64,
                    "embedding",
                    Optional.of(Path.of("film.proto")),
                    Optional.of("shop.Film"),
                    OnReject.STOP)),
            new Assignment.All(),
            Optional.of(
                RegistrySettings.of(
                    "https://registry/api",
                    Optional.of("weir"),
                    Optional.of("geheim"),
                    Optional.empty())),
            new ReadinessConfig(ReadinessConfig.WaitFor.NOTHING, Duration.ofMinutes(2)),
            new LogConfig(LogConfig.Target.STDOUT, LogConfig.Target.NONE, Duration.ofSeconds(2)),
            new ViewConfig(5, Duration.ofSeconds(30), Duration.ofHours(1), 2, Duration.ofHours(2))),
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
                Map.entry("WEIR_HTTP_MAX_CONNECTIONS", "8"),
                Map.entry("WEIR_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "0"),
                Map.entry("WEIR_HTTP_KEYS_0__NAME", "ops"),
                Map.entry("WEIR_HTTP_KEYS_0__SHA256", "c".repeat(64)),
                Map.entry("WEIR_HTTP_KEYS_0__ROLE", "admin"),
                Map.entry("WEIR_HTTP_KEYS_0__EXPIRES", "2027-01-31T12:00:00Z"),
                Map.entry("WEIR_HTTP_ALLOW_INSECURE", "true"),
                Map.entry("WEIR_WATCH_WATCHERS", "7"),
                Map.entry("WEIR_WATCH_MAX_LAG", "8"),
                Map.entry("WEIR_WATCH_RESUME", "9s"),
                Map.entry("WEIR_QDRANT_ENABLED", "false"),
                Map.entry("WEIR_QDRANT_ID_MODE", "uint64"),
                Map.entry("WEIR_CHECKPOINT_INTERVAL", "0s"),
                Map.entry("WEIR_CHECKPOINT_JITTER", "1d"),
                Map.entry("WEIR_HOT_BUFFER_BYTES", "4MiB"),
                Map.entry("WEIR_SEGMENT_BYTES", "1MiB"),
                Map.entry("WEIR_COMPACTION_DEAD_SHARE", "1"),
                Map.entry("WEIR_COMPACTION_RATE", "1MiB"),
                Map.entry("WEIR_HISTORY_OFFSETS", "7"),
                Map.entry("WEIR_HISTORY_TIME", "1m"),
                Map.entry("WEIR_DISK_RESERVE", "0"),
                Map.entry("WEIR_SCRUB_RATE", "1GB"),
                Map.entry("WEIR_SCRUB_INTERVAL", "1m"),
                Map.entry("WEIR_SEARCH_SCORING_THREADS", "1024"),
                Map.entry("WEIR_CURSORS_LIMIT", "100000"),
                Map.entry("WEIR_CURSORS_IDLE_TIME", "1s"),
                Map.entry("WEIR_CURSORS_MAX_AGE", "1d"),
                Map.entry("WEIR_EXPORTS_LIMIT", "1"),
                Map.entry("WEIR_EXPORTS_MAX_AGE", "1s"),
                Map.entry("WEIR_READINESS_WAIT_FOR", "nothing"),
                Map.entry("WEIR_READINESS_MAX_TIME_LAG", "9s"),
                Map.entry("WEIR_LOG_ACCESS", "stderr"),
                Map.entry("WEIR_LOG_SLOW_QUERIES", "stdout"),
                Map.entry("WEIR_LOG_SLOW_QUERY_THRESHOLD", "1ms"),
                Map.entry("WEIR_COLLECTIONS_0__NAME", "docs"),
                Map.entry("WEIR_COLLECTIONS_0__TOPIC", "documents"),
                Map.entry("WEIR_COLLECTIONS_0__DIMENSION", "3"),
                Map.entry("WEIR_COLLECTIONS_0__METRIC", "dot"),
                Map.entry("WEIR_SCHEMA_REGISTRY_URL", "http://registry:8081"),
                Map.entry("WEIR_SCHEMA_REGISTRY_TOKEN", "geheim"),
                Map.entry("WEIR_COLLECTIONS_0__FORMAT", "avro"),
                Map.entry("WEIR_COLLECTIONS_0__KEY", "hex"),
                Map.entry("WEIR_COLLECTIONS_0__VECTOR_FIELD", "v"),
                Map.entry("WEIR_COLLECTIONS_0__DEAD_LETTER_TOPIC", "docs-rejected"),
                Map.entry("WEIR_COLLECTIONS_0__ON_REJECT", "dead-letter"),
                Map.entry("PATH", "/bin")));

    assertEquals(
        new WeirConfig(
            new KafkaConfig("broker1:9092", Map.of("security.protocol", "SASL_SSL")),
            Path.of("here"),
            new HttpConfig(
                "::1",
                81,
                8,
                0,
                new SecuritySettings(
                    List.of(
                        new ApiKey(
                            "ops",
                            hash("c"),
                            Role.ADMIN,
                            Optional.of(Instant.parse("2027-01-31T12:00:00Z")))),
                    Optional.empty(),
                    0,
                    false,
                    Optional.empty(),
                    Duration.ofSeconds(10)),
                true,
                new WatchConfig(7, 8, Duration.ofSeconds(9)),
                new QdrantConfig(false, QdrantConfig.IdMode.UINT64)),
            StoreOptions.defaults()
                .withHotBufferBytes(4L << 20)
                .withCheckpointSchedule(CheckpointSchedule.never())
                .withCheckpointJitter(Duration.ofDays(1))
                .withSegmentBytes(1L << 20)
                .withCompaction(new CompactionOptions(true, 1, 1L << 20))
                .withHistory(new HistoryLimits(7, Duration.ofMinutes(1)))
                .withDiskReserveBytes(0)
                .withScrub(new ScrubOptions(1_000_000_000, Duration.ofMinutes(1)))
                .withScoringThreads(1_024),
            List.of(
                new CollectionConfig(
                    "docs",
                    "documents",
                    new VectorSchema(3, Metric.DOT),
                    RecordFormat.AVRO,
                    Optional.of("docs-rejected"),
                    KeyFormat.HEX,
                    "v",
                    Optional.empty(),
                    Optional.empty(),
                    OnReject.DEAD_LETTER)),
            new Assignment.All(),
            Optional.of(
                RegistrySettings.of(
                    "http://registry:8081",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("geheim"))),
            new ReadinessConfig(ReadinessConfig.WaitFor.NOTHING, Duration.ofSeconds(9)),
            new LogConfig(LogConfig.Target.STDERR, LogConfig.Target.STDOUT, Duration.ofMillis(1)),
            new ViewConfig(
                100_000, Duration.ofSeconds(1), Duration.ofDays(1), 1, Duration.ofSeconds(1))),
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
                "WEIR_KAFKA_PROPERTIES_CLIENT_ID", "weir-1",
                "WEIR_SCHEMA_REGISTRY_URL", "http://registry",
                "WEIR_SCHEMA_REGISTRY_USER", "weir",
                "WEIR_SCHEMA_REGISTRY_PASSWORD", "geheim"));

    String printed = config.toString();
    assertTrue(printed.contains("sasl.jaas.config=(hidden)"), printed);
    assertTrue(printed.contains("client.id=weir-1"), printed);
    assertFalse(printed.contains("geheim"), printed);
  }

  @Test
  void aGroupGivesPartitions() throws Exception {
    assertEquals(
        new Assignment.Group("weir", Assignment.Protocol.CONSUMER, Optional.empty()),
        read(MINIMAL + "assignment: { mode: group, group-id: weir }\n").assignment());
    assertEquals(
        new Assignment.Group("weir", Assignment.Protocol.CLASSIC, Optional.of("weir-0")),
        read(
                MINIMAL,
                Map.of(
                    "WEIR_ASSIGNMENT_MODE", "group",
                    "WEIR_ASSIGNMENT_GROUP_ID", "weir",
                    "WEIR_ASSIGNMENT_PROTOCOL", "classic",
                    "WEIR_ASSIGNMENT_INSTANCE_ID", "weir-0"))
            .assignment());
  }

  @Test
  void listedPartitionsAreNumbersAndRanges() throws Exception {
    for (String listed : List.of("\"0-2, 7\"", "[0, 1, 2, 7]")) {
      assertEquals(
          new Assignment.Listed(Map.of("docs", Set.of(0, 1, 2, 7))),
          read(MINIMAL + "    partitions: " + listed + "\nassignment: { mode: list }\n")
              .assignment(),
          listed);
    }
  }

  @Test
  void anEntryWithAnExpressionStandsForAllTopicsThatMatch() throws Exception {
    CollectionConfig entry =
        read(MINIMAL
                + """
                  - name: "{1}"
                    topics-regex: vec-(.*)
                    dimension: 3
                    dead-letter-topic: "{topic}-rejected"
                """)
            .collections()
            .get(1);

    assertEquals(Optional.of("vec-(.*)"), entry.topicsRegex());
    assertEquals("{1}", entry.pattern().orElseThrow().collection());
    assertEquals(Optional.of("{topic}-rejected"), entry.pattern().orElseThrow().deadLetterTopic());
  }

  @Test
  void fieldsAreNamesAndTypesInEitherShape() throws Exception {
    List<Field> expected =
        List.of(
            new Field("lang", FieldType.KEYWORD),
            new Field("Created_At", FieldType.TIMESTAMP),
            new Field("meta.year", FieldType.LONG),
            new Field("meta.score", FieldType.DOUBLE),
            new Field("größe ok", FieldType.BOOLEAN));
    String section =
        """
            fields:
              lang: keyword
              Created_At: timestamp
              meta.year: long
              meta:
                score: double
              größe ok: boolean
        """;
    assertEquals(expected, read(MINIMAL + section).collections().getFirst().fields());
    Map<String, String> variable =
        Map.of(
            "WEIR_COLLECTIONS_0__FIELDS",
            "lang: keyword,Created_At:timestamp, meta.year : long, meta.score: double,"
                + " größe ok: boolean");
    assertEquals(expected, read(MINIMAL, variable).collections().getFirst().fields());
    assertEquals(
        expected,
        read(MINIMAL + "    fields: { other: long }\n", variable).collections().getFirst().fields(),
        "a variable replaces the section");
    assertEquals(List.of(), read(MINIMAL).collections().getFirst().fields());
  }

  @Test
  void theFieldsOfAPatternAreThoseOfEachTopicThatMatches() throws Exception {
    CollectionConfig entry =
        read(MINIMAL
                + """
                  - name: "{topic}"
                    topics-regex: vec-.*
                    dimension: 3
                    fields: { lang: keyword }
                """)
            .collections()
            .get(1);

    assertEquals(
        List.of(new Field("lang", FieldType.KEYWORD)),
        entry.pattern().orElseThrow().like().declaredFields().fields());
  }

  @Test
  void checkpointsComeAtTimesOfACrontab() throws Exception {
    StoreOptions hourly = read(MINIMAL + "checkpoint: { cron: 0 * * * *, jitter: 1m }\n").store();
    assertEquals(new CronSchedule("0 * * * *", ZoneId.of("UTC")), hourly.checkpoints());
    assertEquals(Duration.ofMinutes(1), hourly.checkpointJitter());
    assertEquals(
        new CronSchedule("*/5 * * * *", ZoneId.of("Europe/Berlin")),
        read(
                MINIMAL,
                Map.of(
                    "WEIR_CHECKPOINT_CRON", "*/5 * * * *",
                    "WEIR_CHECKPOINT_ZONE", "Europe/Berlin"))
            .store()
            .checkpoints());
  }

  @Test
  void offsetsGoToAGroup() throws Exception {
    assertEquals(
        Optional.of("lag"),
        read(MINIMAL, Map.of("WEIR_KAFKA_OFFSETS_GROUP_ID", "lag")).kafka().offsetsGroupId());
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
