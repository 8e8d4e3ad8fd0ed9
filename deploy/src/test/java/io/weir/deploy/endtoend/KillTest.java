package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.audit.AuditReport;
import io.weir.deploy.audit.DeadLetterCount;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.check.StoreInspector;
import io.weir.storage.check.StoreReport;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weir in a process of its own, killed at random moments, its start included, while records of all
 * kinds come; see {@link Traffic}. Afterwards:
 *
 * <ul>
 *   <li>the audit finds no difference, and an oracle that has seen no topic agrees;
 *   <li>each shard's position is its log's end: no offset is skipped;
 *   <li>each rejected record has a letter on the dead-letter topic, and nothing else has one.
 * </ul>
 *
 * <p>A letter may be there more than once, but only for a reason: Kafka has no transaction over the
 * dead-letter topic and the shard's files, so what was rejected behind the durable position is
 * rejected again after a kill. Hence at most one more letter a kill and record, and only of records
 * between the position on the disk and the last letter at that kill.
 */
@Timeout(900)
class KillTest {
  private static final String TOPIC = "docs";
  private static final String LETTERS = "docs-rejected";
  private static final int PARTITIONS = 8;
  private static final int DIMENSION = 64;
  private static final String HEAP = "-Xmx256m";

  /** Of so many kills one comes before Weir has read anything. */
  private static final int DURING_START = 4;

  @TempDir Path directory;

  private Path config(EmbeddedBroker broker) throws IOException {
    String settings =
        String.format(
            Locale.ROOT,
            """
            kafka: { bootstrap-servers: "%s" }
            data: "%s"
            http: { host: 127.0.0.1, port: 0 }
            checkpoint: { interval: 100ms }
            hot-buffer: { bytes: 16MiB }
            collections:
              - name: docs
                topic: docs
                dimension: %d
                metric: cosine
                format: float32
                dead-letter-topic: docs-rejected
            """,
            broker.bootstrapServers(),
            data(),
            DIMENSION);
    return Files.writeString(directory.resolve("weir.yaml"), settings);
  }

  private Path data() {
    return directory.resolve("data");
  }

  @Test
  void nothingIsLostDoubledOrSkippedByKills() throws Exception {
    runThrough(4);
  }

  @Test
  @Tag("heavy")
  @Timeout(1_800)
  void nothingIsLostDoubledOrSkippedByFiftyKills() throws Exception {
    runThrough(50);
  }

  private void runThrough(int kills) throws Exception {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    String rerun = "rerun with -Dweir.seed=" + seed;
    System.out.println("kill matrix: " + rerun);
    Random random = new Random(seed);
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Topics topics = new Topics(broker.bootstrapServers());
        Letters letters = new Letters(broker.bootstrapServers(), LETTERS)) {
      topics.create(TOPIC, PARTITIONS);
      topics.create(LETTERS, 1);
      List<Kill> killed = new ArrayList<>();
      Kill last = new Kill(Map.of(), Map.of());
      try (Traffic traffic = Traffic.start(broker.bootstrapServers(), TOPIC, DIMENSION, seed)) {
        for (int kill = 0; kill < kills; kill++) {
          try (WeirProcess weir = WeirProcess.serve(config(broker), Map.of(), HEAP)) {
            if (random.nextInt(DURING_START) > 0) {
              awaitProgress(weir, sum(last.durable()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(1_500)));
            weir.kill();
            last = new Kill(durable(), letters.reached());
            killed.add(last);
          }
          traffic.assertAcknowledged();
        }
        traffic.stop();
        try (WeirProcess weir = WeirProcess.serve(config(broker), Map.of(), HEAP)) {
          Served served = new Served(weir.awaitReady());
          assertWhole(served, topics, rerun);
          assertLetters(audit(served, broker), traffic, killed, rerun);
          assertEquals(143, weir.stop(), weir::output);
          assertFalse(weir.output().contains(" ERROR "), weir::output);
          assertFalse(weir.output().contains("\tat "), weir::output);
        }
        assertOracleAgrees(traffic, rerun);
      }
    }
  }

  /** A kill of one that has not read anything yet proves little. */
  private static void awaitProgress(WeirProcess weir, long from) throws InterruptedException {
    Served served = new Served(weir.awaitServing());
    weir.await("it reads", () -> sum(served.applied("docs")) > from);
  }

  private static long sum(Map<Integer, Long> positions) {
    return positions.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * A kill.
   *
   * @param durable what was on the disk then, by partition
   * @param reached the offsets behind the last records that had a letter then
   */
  private record Kill(Map<Integer, Long> durable, Map<Integer, Long> reached) {}

  /** Reads the folder as it lies there; opening the store would mend it. */
  private Map<Integer, Long> durable() throws IOException {
    Map<Integer, Long> durable = new HashMap<>();
    if (!Files.exists(data().resolve("IDENTITY"))) {
      return durable;
    }
    StoreReport report = new StoreInspector(StorageFiles.real(), data()).inspect();
    report.collections().stream()
        .flatMap(collection -> collection.shards().stream())
        .forEach(shard -> durable.put(shard.partition(), shard.nextOffset().orElse(0)));
    return durable;
  }

  private AuditReport audit(Served served, EmbeddedBroker broker) throws Exception {
    return served.audit(
        CollectionFeed.of("docs", TOPIC, RecordFormat.FLOAT32)
            .withDeadLetterTopic(Optional.of(LETTERS)),
        broker.bootstrapServers());
  }

  private static void assertWhole(Served served, Topics topics, String rerun) throws Exception {
    Map<Integer, Long> ends = topics.ends(TOPIC);
    assertEquals(PARTITIONS, ends.size());
    assertEquals(ends, served.applied("docs"), rerun);
    served.checkpoint();
    assertEquals(ends, served.durable("docs"), rerun);
  }

  private static void assertLetters(
      AuditReport report, Traffic traffic, List<Kill> killed, String rerun) {
    String found = report + ", " + rerun;
    assertTrue(report.equal(), found);
    assertTrue(report.countProven(), found);
    assertEquals(traffic.rejected(), report.rejected(), found);
    DeadLetterCount letters = report.deadLetters().orElseThrow();
    assertEquals(0, letters.unmatched(), found);
    int allowed =
        killed.stream()
            .mapToInt(kill -> traffic.rejectedWithin(kill.durable(), kill.reached()))
            .sum();
    System.out.printf(
        Locale.ROOT,
        "kill matrix: %d kills, %d records, %d transactions (%d aborted), %d rejected, %d letters"
            + " twice of %d that may be%n",
        killed.size(),
        traffic.records(),
        traffic.transactions(),
        traffic.abortedTransactions(),
        report.rejected(),
        letters.duplicates(),
        allowed);
    assertTrue(letters.duplicates() <= allowed, found);
  }

  private void assertOracleAgrees(Traffic traffic, String rerun) throws IOException {
    try (VectorStore store = VectorStore.open(data(), StoreOptions.defaults())) {
      VectorCollection docs = store.collection("docs").orElseThrow();
      Oracle oracle = traffic.oracle();
      oracle.assertHolds(docs, rerun);
      assertEquals(oracle.rows(), docs.liveRows(), rerun);
      Random queries = new Random(oracle.rows());
      for (int query = 0; query < 10; query++) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
          vector[i] = (float) queries.nextGaussian();
        }
        oracle.assertSearch(docs, vector, 100, rerun);
      }
    }
  }
}
