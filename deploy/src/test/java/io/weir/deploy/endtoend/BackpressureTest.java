package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.PortPolicy;
import io.weir.deploy.WeirServer;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.StoreStats;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A topic of 125 MiB through a hot buffer of 8 MiB. */
@Timeout(900)
class BackpressureTest {
  private static final long HOT_BYTES = 8L << 20;
  private static final long MOST_IN_FLIGHT_BYTES = 64L << 20;
  private static final int DIMENSION = 1_024;
  private static final int RECORDS = 32_000;

  @TempDir Path directory;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void everythingArrivesAndMemoryStaysWithinItsBudget() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Sender sender =
            new Sender(broker.bootstrapServers(), "wide", RecordFormat.FLOAT32, DIMENSION, 9)) {
      broker.createTopic("wide", 4, Map.of());
      for (int number = 0; number < RECORDS; number++) {
        sender.sendRaw(key(number).getBytes(StandardCharsets.UTF_8), sender.encode(vector(number)));
      }
      sender.flush();
      try (WeirServer server = start(broker)) {
        Await.until(
            Duration.ofMinutes(10),
            "all records visible",
            () -> {
              assertBounded(server);
              return server.ingest().status().caughtUp();
            });
        Await.until(
            Duration.ofSeconds(60),
            "the budget that is used is the slabs that there are",
            () -> slabs(server) == server.store().stats().hotAllocatedBytes());
        VectorCollection wide = server.store().collection("wide").orElseThrow();
        assertEquals(RECORDS, wide.liveRows());
        for (int number = 0; number < RECORDS; number += 61) {
          StoredRow row = wide.get(key(number)).orElseThrow();
          Oracle.assertBits(vector(number), row.vector(), key(number));
        }
        assertTrue(
            server.store().checkpoints().size() > 10, "125 MiB do not fit 8 MiB without them");
        assertTrue(
            metric(server, "weir_ingest_poll_interval_max_seconds") < 60,
            "the consumer is polled on and on, far within max.poll.interval.ms");
      }
    }
  }

  private static long slabs(WeirServer server) {
    return server.store().stats().total().memory().hotAllocatedBytes();
  }

  private static String key(int number) {
    return "key-" + number;
  }

  /** Every vector is another one, cheap to make again. */
  private static float[] vector(int number) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = number * 31 + i;
    }
    return vector;
  }

  /** The budget that is used, the slabs of each shard, and what waits before them. */
  private void assertBounded(WeirServer server) throws Exception {
    StoreStats stats = server.store().stats();
    assertTrue(stats.hotAllocatedBytes() <= HOT_BYTES, stats::toString);
    for (StoreStats.ShardStats shard : stats.collections().getFirst().shards()) {
      assertTrue(shard.figures().memory().hotAllocatedBytes() <= HOT_BYTES, stats::toString);
    }
    double inFlight = metric(server, "weir_ingest_in_flight_bytes");
    assertTrue(inFlight <= MOST_IN_FLIGHT_BYTES, () -> inFlight + " bytes in flight");
  }

  private double metric(WeirServer server, String name) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/metrics");
    String text =
        http.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
                BodyHandlers.ofString())
            .body();
    return text.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .max()
        .orElseThrow(() -> new AssertionError("no metric " + name + " in " + text));
  }

  private WeirServer start(EmbeddedBroker broker) throws Exception {
    WeirConfig config =
        new WeirConfig(
            new KafkaConfig(broker.bootstrapServers(), Map.of()),
            directory.resolve("data"),
            new HttpConfig("127.0.0.1", 0),
            StoreOptions.defaults().withHotBufferBytes(HOT_BYTES),
            List.of(
                new CollectionConfig(
                    "wide",
                    "wide",
                    new VectorSchema(DIMENSION, Metric.COSINE),
                    RecordFormat.FLOAT32,
                    Optional.empty())));
    return WeirServer.start(config, PortPolicy.FIXED);
  }
}
