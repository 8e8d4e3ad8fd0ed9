package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.audit.AuditReport;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.Http;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What happens to a topic while Weir is away, and the way on as an operator goes it: what Weir says
 * when it is back, the commands of {@code deploy/weir shard}, and what the store holds then.
 */
@Tag("heavy")
@Timeout(600)
class OperatorTest {
  @TempDir static Path brokerFolder;
  private static EmbeddedBroker broker;
  private static Topics topics;
  private static Rows rows;

  @TempDir Path directory;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(brokerFolder);
    topics = new Topics(broker.bootstrapServers());
    rows = new Rows(broker.bootstrapServers());
  }

  @AfterAll
  static void stopBroker() throws Exception {
    rows.close();
    topics.close();
    broker.close();
  }

  private WeirProcess serve(String topic) throws Exception {
    String settings =
        String.format(
            Locale.ROOT,
            """
            kafka: { bootstrap-servers: "%s", properties: { metadata.max.age.ms: 1000 } }
            data: "%s"
            http: { host: 127.0.0.1, port: 0 }
            collections: [ { name: docs, topic: %s, dimension: 3 } ]
            """,
            broker.bootstrapServers(),
            directory.resolve("data"),
            topic);
    return WeirProcess.serve(Files.writeString(directory.resolve("weir.yaml"), settings), Map.of());
  }

  /** Has a Weir read all that there is, and stops it in order. */
  private void readAndStop(String topic) throws Exception {
    try (WeirProcess weir = serve(topic)) {
      weir.awaitReady();
      assertEquals(143, weir.stop(), weir::output);
    }
  }

  /** A shard that has stopped says why and what to do: in figures, readiness, the list, the log. */
  private static Served awaitStopped(WeirProcess weir, String reason, String remedy)
      throws Exception {
    Served served = new Served(weir.awaitServing());
    weir.await("the shard has stopped", () -> served.state("docs", 0).equals("stopped"));
    JsonNode feed = served.feed("docs", 0);
    assertTrue(feed.path("trouble").asBoolean(), feed::toString);
    assertTells(feed.path("detail").asString(), reason, remedy);
    String readiness = served.readiness();
    assertTrue(readiness.startsWith("503 "), readiness);
    assertTells(readiness, reason, remedy);
    // The log is written a moment after the state shows.
    weir.await(
        "the log tells it", () -> weir.output().contains(reason) && weir.output().contains(remedy));
    WeirProcess.Ended list = WeirProcess.run("shard", "list", "--url", served.url());
    assertEquals(1, list.exitCode(), list::output);
    assertTells(list.output(), reason, remedy);
    return served;
  }

  private static void assertTells(String text, String reason, String remedy) {
    assertTrue(text.contains(reason), text);
    assertTrue(text.contains(remedy), text);
  }

  private static String resume(Served served, int exitCode, String... way) throws Exception {
    String[] command = new String[way.length + 8];
    System.arraycopy(
        new String[] {"shard", "resume", "-c", "docs", "-p", "0", "--url", served.url()},
        0,
        command,
        0,
        8);
    System.arraycopy(way, 0, command, 8, way.length);
    WeirProcess.Ended ended = WeirProcess.run(command);
    assertEquals(exitCode, ended.exitCode(), ended::output);
    return ended.output();
  }

  private static void awaitRunning(WeirProcess weir, Served served) throws Exception {
    weir.await("it is ready", served::isReady);
    weir.await("it runs", () -> served.state("docs", 0).equals("running"));
    WeirProcess.Ended list = WeirProcess.run("shard", "list", "--url", served.url());
    assertEquals(0, list.exitCode(), list::output);
    assertTrue(list.output().contains("running"), list::output);
  }

  private static Set<String> present(Served served, String... keys) throws Exception {
    Http http = served.http();
    Set<String> present = new TreeSet<>();
    for (String key : keys) {
      if (http.get("/v1/collections/docs/vectors/" + key).statusCode() == 200) {
        present.add(key);
      }
    }
    return present;
  }

  private static void assertEqualsTopic(Served served, String topic) throws Exception {
    AuditReport report =
        served.audit(
            CollectionFeed.of("docs", topic, RecordFormat.JSON), broker.bootstrapServers());
    assertTrue(report.equal() && report.countProven(), report::toString);
  }

  @Test
  void recordsThatExpiredAreGivenUpByTheOperatorAlone() throws Exception {
    topics.create("expiring", 1);
    rows.send("expiring", 0, "a", "b");
    readAndStop("expiring");
    rows.send("expiring", 0, "c", "d", "e");
    topics.expire("expiring", 0, 4);
    try (WeirProcess weir = serve("expiring")) {
      Served served = awaitStopped(weir, "position-out-of-range", "--accept-gap");
      assertEquals(Set.of("a", "b"), present(served, "a", "b", "c", "d", "e"));

      String output = resume(served, 0, "--accept-gap");

      assertTrue(output.contains("gave up offsets 2 to 3; reads on at offset 4"), output);
      awaitRunning(weir, served);
      assertEquals(Set.of("a", "b", "e"), present(served, "a", "b", "c", "d", "e"));
      JsonNode gap = served.shard("docs", 0).path("feedNotes").path("gaps").path(0);
      assertEquals(2, gap.path("fromOffset").asLong(), gap::toString);
      assertEquals(4, gap.path("nextOffset").asLong(), gap::toString);
    }
  }

  @Test
  void aTopicThatWasMadeAnewReplacesTheOldOneWhenTheOperatorSaysSo() throws Exception {
    topics.create("replaced", 1);
    rows.send("replaced", 0, "old", "both");
    readAndStop("replaced");
    topics.delete("replaced");
    topics.create("replaced", 1);
    rows.send("replaced", 0, "both", "new", "newer");
    try (WeirProcess weir = serve("replaced")) {
      Served served = awaitStopped(weir, "topic-recreated", "--rebuild");
      assertEquals(Set.of("old", "both"), present(served, "old", "both", "new"));
      String refused = resume(served, 1);
      assertTrue(refused.contains("topic-recreated"), refused);

      resume(served, 0, "--rebuild");

      awaitRunning(weir, served);
      assertEquals(Set.of("both", "new", "newer"), present(served, "old", "both", "new", "newer"));
      assertEqualsTopic(served, "replaced");
    }
  }

  @Test
  void partitionsThatWereAddedAreReadWhenTheOperatorSaysSo() throws Exception {
    topics.create("growing", 1);
    rows.send("growing", 0, "a");
    readAndStop("growing");
    topics.grow("growing", 2);
    rows.send("growing", 1, "b");
    try (WeirProcess weir = serve("growing")) {
      Served served = awaitStopped(weir, "partitions-added", "--accept-partitions");
      assertEquals(Set.of("a"), present(served, "a", "b"));

      String output = resume(served, 0, "--accept-partitions");

      assertTrue(output.contains("reads all 2 partitions"), output);
      awaitRunning(weir, served);
      assertEquals(Set.of("a", "b"), present(served, "a", "b"));
      assertEqualsTopic(served, "growing");
      assertFalse(weir.output().contains("\tat "), weir::output);
    }
  }
}
