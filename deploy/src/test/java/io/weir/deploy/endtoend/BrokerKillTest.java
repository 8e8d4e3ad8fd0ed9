package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.weir.deploy.audit.AuditReport;
import io.weir.deploy.testing.BrokerProcess;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The broker in a process of its own, killed under load and started again in the same folder and on
 * the same port; Weir, in another process, goes on by itself.
 */
@Tag("heavy")
@Timeout(600)
class BrokerKillTest {
  private static final String TOPIC = "docs";
  private static final String LETTERS = "docs-rejected";
  private static final int PARTITIONS = 4;
  private static final int DIMENSION = 64;

  private static final Logger KAFKA = (Logger) LoggerFactory.getLogger("org.apache.kafka");

  @TempDir Path directory;

  /** The producers and the administrator of this process warn of the broker again and again. */
  @BeforeAll
  static void muteClients() {
    KAFKA.setLevel(Level.ERROR);
  }

  @AfterAll
  static void unmuteClients() {
    KAFKA.setLevel(Level.WARN);
  }

  private Path config(BrokerProcess broker) throws IOException {
    String settings =
        String.format(
            Locale.ROOT,
            """
            kafka: { bootstrap-servers: "%s" }
            data: "%s"
            http: { host: 127.0.0.1, port: 0 }
            checkpoint: { interval: 200ms }
            collections:
              - { name: docs, dimension: %d, format: float32, dead-letter-topic: docs-rejected }
            """,
            broker.bootstrapServers(),
            directory.resolve("data"),
            DIMENSION);
    return Files.writeString(directory.resolve("weir.yaml"), settings);
  }

  @Test
  void aBrokerThatIsKilledAgainAndAgainCostsNothing() throws Exception {
    runThrough(6);
  }

  private void runThrough(int kills) throws Exception {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    String rerun = "rerun with -Dweir.seed=" + seed;
    System.out.println("broker kills: " + rerun);
    Random random = new Random(seed);
    try (BrokerProcess broker = BrokerProcess.start(directory.resolve("broker"));
        Topics topics = new Topics(broker.bootstrapServers())) {
      topics.create(TOPIC, PARTITIONS);
      topics.create(LETTERS, 1);
      try (WeirProcess weir = WeirProcess.serve(config(broker), Map.of(), "-Xmx256m");
          Traffic traffic = Traffic.start(broker.bootstrapServers(), TOPIC, DIMENSION, seed)) {
        Served served = new Served(weir.awaitReady());
        for (int kill = 0; kill < kills; kill++) {
          Map<Integer, Long> before = served.applied("docs");
          weir.await("it reads", () -> isBeyond(before, served.applied("docs")));
          TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
          broker.kill();
          weir.await("all shards say so", () -> areAll(served, "connecting", true));
          assertTrue(
              served.feed("docs", 0).path("detail").asString().startsWith("connecting to Kafka: "));
          assertTrue(served.readiness().contains("connecting"), served.readiness());
          broker.restart();
          weir.await("all shards read on", () -> areAll(served, "running", false));
        }
        traffic.stop();
        assertSame(served, weir, broker, topics, traffic, rerun);
      }
    }
  }

  private static boolean isBeyond(Map<Integer, Long> before, Map<Integer, Long> now) {
    return now.size() == PARTITIONS
        && now.entrySet().stream()
            .allMatch(one -> one.getValue() > before.getOrDefault(one.getKey(), 0L));
  }

  private static boolean areAll(Served served, String state, boolean trouble) {
    var shards = served.shards("docs").values();
    return shards.size() == PARTITIONS
        && shards.stream()
            .map(shard -> shard.path("feed"))
            .allMatch(feed ->
                feed.path("state").asString("").equals(state)
                    && feed.path("trouble").asBoolean() == trouble);
  }

  private static void assertSame(
      Served served,
      WeirProcess weir,
      BrokerProcess broker,
      Topics topics,
      Traffic traffic,
      String rerun)
      throws Exception {
    AuditReport report =
        served.audit(
            CollectionFeed.of("docs", TOPIC, RecordFormat.FLOAT32)
                .withDeadLetterTopic(Optional.of(LETTERS)),
            broker.bootstrapServers());
    String found = report + ", " + rerun;
    assertTrue(report.equal(), found);
    assertTrue(report.countProven(), found);
    assertEquals(traffic.rejected(), report.rejected(), found);
    assertEquals(traffic.oracle().rows(), report.expectedRows(), found);
    assertEquals(0, report.deadLetters().orElseThrow().unmatched(), found);
    assertEquals(topics.ends(TOPIC), served.applied("docs"), found);
    assertTrue(served.isReady(), rerun);
    assertEquals(143, weir.stop(), weir::output);
    assertFalse(weir.output().contains("\tat "), weir::output);
    assertFalse(weir.output().contains("NetworkClient"), weir::output);
  }
}
