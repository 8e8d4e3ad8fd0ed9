package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.audit.AuditReport;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes with {@code assignment.mode: group}: partitions move, and each serves its own. */
@Tag("heavy")
@Timeout(600)
class GroupTest {
  private static final String TOPIC = "shared";
  private static final int PARTITIONS = 4;
  private static final int ROWS = 50;

  @TempDir Path directory;

  private WeirProcess serve(EmbeddedBroker broker, String member) throws Exception {
    String settings =
        String.format(
            Locale.ROOT,
            """
            kafka: { bootstrap-servers: "%s" }
            data: "%s"
            http: { host: 127.0.0.1, port: 0 }
            assignment: { mode: group, group-id: weir }
            collections: [ { name: docs, topic: shared, dimension: 3 } ]
            """,
            broker.bootstrapServers(),
            directory.resolve(member));
    return WeirProcess.serve(
        Files.writeString(directory.resolve(member + ".yaml"), settings), Map.of());
  }

  @Test
  void partitionsMoveBetweenTwoProcessesAndBothAreReady() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Topics topics = new Topics(broker.bootstrapServers());
        Rows rows = new Rows(broker.bootstrapServers())) {
      topics.create(TOPIC, PARTITIONS);
      send(rows, "first");
      try (WeirProcess one = serve(broker, "one")) {
        Served first = new Served(one.awaitReady());
        one.await("it reads all", () -> reads(first).size() == PARTITIONS);
        awaitRows(one, first, PARTITIONS * ROWS);

        try (WeirProcess two = serve(broker, "two")) {
          Served second = new Served(two.awaitServing());
          two.await("each reads two", () -> reads(first).size() == 2 && reads(second).size() == 2);
          Set<Integer> all = new HashSet<>(reads(first));
          all.addAll(reads(second));
          assertEquals(PARTITIONS, all.size(), "each partition is one process's");
          send(rows, "second");
          awaitRows(one, first, 2 * 2 * ROWS);
          awaitRows(two, second, 2 * 2 * ROWS);
          assertTrue(first.readiness().startsWith("200 "), first.readiness());
          assertTrue(second.readiness().startsWith("200 "), second.readiness());
          for (int partition : reads(second)) {
            String path = "/v1/collections/docs/vectors/first-" + partition + "-0";
            assertEquals(200, second.http().get(path).statusCode());
            assertEquals(404, first.http().get(path).statusCode(), "it serves its own only");
          }
          assertEquals(143, two.stop(), two::output);
        }

        one.await("all are back", () -> reads(first).size() == PARTITIONS);
        awaitRows(one, first, PARTITIONS * 2 * ROWS);
        one.await("it is ready", first::isReady);
        AuditReport report =
            first.audit(
                CollectionFeed.of("docs", TOPIC, RecordFormat.JSON), broker.bootstrapServers());
        assertTrue(report.equal() && report.countProven(), report::toString);
      }
    }
  }

  private static void send(Rows rows, String prefix) throws Exception {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      String keys = prefix + "-" + partition + "-";
      rows.send(
          TOPIC,
          partition,
          IntStream.range(0, ROWS).mapToObj(number -> keys + number).toArray(String[]::new));
    }
  }

  /** The partitions that a process reads, running. */
  private static Set<Integer> reads(Served served) {
    Set<Integer> reads = new HashSet<>();
    served
        .shards("docs")
        .forEach((partition, shard) -> {
          if (shard.path("feed").path("state").asString("").equals("running")) {
            reads.add(partition);
          }
        });
    return reads;
  }

  private static void awaitRows(WeirProcess weir, Served served, long expected) throws Exception {
    weir.await(expected + " rows", () -> liveRows(served) == expected);
  }

  private static long liveRows(Served served) {
    return served.shards("docs").values().stream()
        .mapToLong(shard -> shard.path("liveRows").asLong())
        .sum();
  }
}
