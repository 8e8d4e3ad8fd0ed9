package io.weir.deploy.endtoend;

import static io.weir.api.client.Field.field;
import static io.weir.api.client.FieldValue.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.client.CollectionClient;
import io.weir.api.client.Condition;
import io.weir.api.client.Filter;
import io.weir.api.client.Hit;
import io.weir.api.client.Range;
import io.weir.api.client.Readiness;
import io.weir.api.client.Row;
import io.weir.api.client.Search;
import io.weir.api.client.Stats;
import io.weir.api.client.WeirClient;
import io.weir.deploy.PortPolicy;
import io.weir.deploy.WeirServer;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.client.Answers;
import io.weir.deploy.client.ClientException;
import io.weir.deploy.client.ServerAddress;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.ConfigReader;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.VectorCollection;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two formats, overwrites and tombstones mixed in: after ingest, after a checkpoint and after a
 * restart, every key is what was sent last.
 */
@Timeout(300)
class EndToEndTest {
  private static final int RECORDS = 20_000;
  private static final int KEYS = 12_000;
  private static final int DIMENSION = 24;

  @TempDir Path directory;

  private static CollectionConfig collection(String name, RecordFormat format) {
    return new CollectionConfig(
        name,
        name + "-topic",
        new VectorSchema(DIMENSION, Metric.COSINE),
        format,
        Optional.of(name + "-rejected"));
  }

  private WeirServer start(EmbeddedBroker broker) throws Exception {
    WeirConfig config =
        new WeirConfig(
            new KafkaConfig(broker.bootstrapServers(), Map.of()),
            directory.resolve("data"),
            new HttpConfig("127.0.0.1", 0),
            StoreOptions.defaults(),
            List.of(
                collection("asjson", RecordFormat.JSON), collection("raw", RecordFormat.FLOAT32)));
    WeirServer server = WeirServer.start(config, PortPolicy.FIXED);
    Await.until(Duration.ofSeconds(90), "caught up", () -> server.ingest().status().caughtUp());
    return server;
  }

  @Test
  void everyKeyIsWhatWasSentLast() throws Exception {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    String rerun = "rerun with -Dweir.seed=" + seed;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Sender json =
            new Sender(
                broker.bootstrapServers(), "asjson-topic", RecordFormat.JSON, DIMENSION, seed);
        Sender raw =
            new Sender(
                broker.bootstrapServers(), "raw-topic", RecordFormat.FLOAT32, DIMENSION, -seed)) {
      for (String name : List.of("asjson", "raw")) {
        broker.createTopic(name + "-topic", 3, Map.of());
        broker.createTopic(name + "-rejected", 1, Map.of());
      }
      json.send(RECORDS, KEYS);
      raw.send(RECORDS, KEYS);
      json.flush();
      raw.flush();
      try (WeirServer server = start(broker);
          WeirClient weir = client(server)) {
        assertAll(server, weir, json, raw, "after ingest, " + rerun);
        assertTrue(Answers.await(weir.checkpoint()).succeeded());
        for (CollectionStats stats : server.store().stats().collections()) {
          for (ShardStats shard : stats.shards()) {
            assertEquals(0, shard.figures().rows().hot(), rerun);
            assertEquals(shard.applied(), shard.durable(), rerun);
          }
        }
        assertAll(server, weir, json, raw, "after the checkpoint, " + rerun);
      }
      try (WeirServer server = start(broker);
          WeirClient weir = client(server)) {
        assertEquals(
            json.oracle().rows() + raw.oracle().rows(), server.store().recovery().liveRows());
        assertAll(server, weir, json, raw, "after the restart, " + rerun);
        json.send(1_000, KEYS);
        json.flush();
        Await.until(
            Duration.ofSeconds(60),
            "the rows sent while it ran",
            () -> lag(server) == 0 && liveRows(server, "asjson") == json.oracle().rows());
        assertAll(server, weir, json, raw, "after more, " + rerun);
      }
    }
  }

  private static long lag(WeirServer server) {
    return server.ingest().status().collections().stream()
        .flatMap(collection -> collection.shards().stream())
        .mapToLong(shard -> shard.lag())
        .sum();
  }

  private static long liveRows(WeirServer server, String name) throws IOException {
    return server.store().collection(name).orElseThrow().liveRows();
  }

  private void assertAll(
      WeirServer server, WeirClient weir, Sender json, Sender raw, String message)
      throws Exception {
    assertCollection(server, weir, "asjson", json, message);
    assertCollection(server, weir, "raw", raw, message);
  }

  private void assertCollection(
      WeirServer server, WeirClient weir, String name, Sender sender, String message)
      throws Exception {
    CollectionClient served = weir.collection(name);
    VectorCollection collection = server.store().collection(name).orElseThrow();
    Oracle oracle = sender.oracle();
    oracle.assertHolds(collection, message);
    assertEquals(oracle.rows(), liveRows(server, name), message);
    for (int query = 0; query < 10; query++) {
      oracle.assertSearch(collection, sender.vector(), 50, message);
    }
    Map<String, float[]> vectors = oracle.vectors();
    for (String key : new ArrayList<>(vectors.keySet()).subList(0, 100)) {
      Row row = Answers.await(served.get(key)).row();
      assertEquals(key, row.key(), message);
      Oracle.assertBits(
          Objects.requireNonNull(vectors.get(key)), row.vector().orElseThrow().toArray(), message);
      List<Hit> hits = Answers.await(served.search(Search.key(key).k(1))).hits();
      assertEquals(key, hits.getFirst().row().key(), message);
    }
    assertTrue(Answers.awaitIfAny(served.get("none")).isEmpty(), message);
  }

  @Test
  void recordsThatCannotBeTakenAreRejectedAndTheStreamGoesOn() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Sender json =
            new Sender(broker.bootstrapServers(), "asjson-topic", RecordFormat.JSON, DIMENSION, 7);
        Sender raw =
            new Sender(
                broker.bootstrapServers(), "raw-topic", RecordFormat.FLOAT32, DIMENSION, 8)) {
      for (String name : List.of("asjson", "raw")) {
        broker.createTopic(name + "-topic", 1, Map.of());
        broker.createTopic(name + "-rejected", 1, Map.of());
      }
      byte[] key = utf8("k");
      json.sendRaw(key, utf8("{\"vector\":[1,2,3]}"));
      json.sendRaw(key, utf8("{\"vector\":[1,"));
      json.sendRaw(key, utf8(""));
      json.sendRaw(null, json.encode(json.vector()));
      float[] bad = raw.vector();
      bad[5] = Float.NaN;
      raw.sendRaw(key, raw.encode(bad));
      raw.sendRaw(key, raw.encode(new float[DIMENSION]));
      raw.sendRaw(key, new byte[17]);
      json.send(50, 20);
      raw.send(50, 20);
      json.flush();
      raw.flush();
      try (WeirServer server = start(broker);
          WeirClient weir = client(server)) {
        assertAll20(server, json, raw);
        Map<String, Long> rejected = rejected(server, "asjson");
        assertEquals(4, rejected.values().stream().mapToLong(Long::longValue).sum());
        assertEquals(4, rejected.size(), rejected::toString);
        assertEquals(3, rejected(server, "raw").values().stream().mapToLong(Long::longValue).sum());
        Stats stats = Answers.await(weir.stats());
        assertTrue(stats.toString().contains("wrong-dimension"), stats::toString);
        assertInstanceOf(Readiness.Ready.class, Answers.await(weir.readiness()));
      }
    }
  }

  @Test
  void whatACollectionDeclaresCanBeFilteredBy() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Sender json =
            new Sender(
                broker.bootstrapServers(), "asjson-topic", RecordFormat.JSON, DIMENSION, 7)) {
      broker.createTopic("asjson-topic", 2, Map.of());
      String vector = "{\"vector\":" + Arrays.toString(json.vector()) + ",\"payload\":";
      json.sendRaw(utf8("a"), utf8(vector + "{\"lang\":\"en\",\"meta\":{\"year\":1999}}}"));
      json.sendRaw(utf8("b"), utf8(vector + "{\"lang\":\"de\",\"meta\":{\"year\":2001}}}"));
      json.sendRaw(utf8("c"), utf8(vector + "{\"lang\":[\"en\",\"fr\"],\"meta\":\"none\"}}"));
      json.flush();
      Condition english = field("lang").match("en");
      Condition late = field("meta.year").range(Range.of().gt(value(2000)));
      try (WeirServer server = start(broker, "lang: keyword, meta.year: long");
          WeirClient weir = client(server)) {
        assertEquals(
            Map.of("lang", "keyword", "meta.year", "long"),
            Answers.await(weir.collection("asjson").describe()).fields());
        assertEquals(Set.of("a", "c"), filtered(weir, english));
        assertEquals(Set.of("b"), filtered(weir, late));
        assertTrue(Answers.await(weir.checkpoint()).succeeded());
        assertEquals(Set.of("a", "c"), filtered(weir, english));
      }
      try (WeirServer server = start(broker, "meta.year: long, lang: keyword, more: double");
          WeirClient weir = client(server)) {
        assertEquals(Set.of("a", "c"), filtered(weir, english));
        assertEquals(Set.of("b"), filtered(weir, late));
        assertEquals(Set.of(), filtered(weir, field("more").exists()));
      }
      try (WeirServer server = start(broker, "lang: keyword");
          WeirClient weir = client(server)) {
        ClientException refused = assertThrows(ClientException.class, () -> filtered(weir, late));
        assertTrue(
            String.valueOf(refused.getMessage()).contains("declares lang (keyword)."),
            refused::toString);
      }
    }
  }

  private WeirServer start(EmbeddedBroker broker, String fields) throws Exception {
    WeirConfig config =
        ConfigReader.read(
            Optional.empty(),
            Map.of(
                "WEIR_KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "WEIR_DATA",
                directory.resolve("data").toString(),
                "WEIR_HTTP_PORT",
                "0",
                "WEIR_COLLECTIONS_0__NAME",
                "asjson",
                "WEIR_COLLECTIONS_0__TOPIC",
                "asjson-topic",
                "WEIR_COLLECTIONS_0__DIMENSION",
                Integer.toString(DIMENSION),
                "WEIR_COLLECTIONS_0__FIELDS",
                fields));
    WeirServer server = WeirServer.start(config, PortPolicy.FIXED);
    Await.until(Duration.ofSeconds(90), "caught up", () -> server.ingest().status().caughtUp());
    return server;
  }

  private static Set<String> filtered(WeirClient weir, Condition condition) throws Exception {
    Search search = Search.key("a").filter(Filter.all(condition));
    return Answers.await(weir.collection("asjson").search(search)).hits().stream()
        .map(hit -> hit.row().key())
        .collect(Collectors.toSet());
  }

  private void assertAll20(WeirServer server, Sender json, Sender raw) throws Exception {
    json.oracle().assertHolds(server.store().collection("asjson").orElseThrow(), "json");
    raw.oracle().assertHolds(server.store().collection("raw").orElseThrow(), "raw");
  }

  private static Map<String, Long> rejected(WeirServer server, String name) {
    return server.ingest().status().collections().stream()
        .filter(collection -> collection.collection().equals(name))
        .findFirst()
        .orElseThrow()
        .rejected();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static WeirClient client(WeirServer server) throws ClientException {
    return ServerAddress.of(URI.create("http://127.0.0.1:" + server.address().getPort())).connect();
  }
}
