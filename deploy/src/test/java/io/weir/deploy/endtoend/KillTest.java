package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Weir in a process of its own: killed while it takes in, started twice, stopped politely. */
@Timeout(300)
class KillTest {
  private static final int KILLS = 6;
  private static final int DIMENSION = 64;
  private static final int RECORDS_A_ROUND = 8_000;
  private static final int KEYS = 5_000;
  private static final String HEAP = "-Xmx256m";

  @TempDir Path directory;

  private Path config(EmbeddedBroker broker) throws IOException {
    String settings =
        """
        kafka: { bootstrap-servers: "%s" }
        data: "%s"
        http: { host: 127.0.0.1, port: 0 }
        checkpoint: { interval: 100ms }
        hot-buffer: { bytes: 16MiB }
        collections:
          - { name: docs, topic: docs, dimension: %d, metric: cosine, format: float32 }
        """
            .replace("%d", Integer.toString(DIMENSION))
            .replaceFirst("%s", broker.bootstrapServers())
            .replaceFirst("%s", data().toString());
    return Files.writeString(directory.resolve("weir.yaml"), settings);
  }

  private Path data() {
    return directory.resolve("data");
  }

  @Test
  void nothingIsLostOrDoubledByKills() throws Exception {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Sender sender =
            new Sender(broker.bootstrapServers(), "docs", RecordFormat.FLOAT32, DIMENSION, seed);
        ExecutorService sending = Executors.newSingleThreadExecutor()) {
      broker.createTopic("docs", 4, Map.of());
      for (int kill = 0; kill < KILLS; kill++) {
        try (WeirProcess weir = WeirProcess.serve(config(broker), Map.of(), HEAP)) {
          weir.awaitServing();
          Future<?> round = sending.submit(() -> sender.send(RECORDS_A_ROUND, KEYS));
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(800)));
          weir.kill();
          round.get(60, TimeUnit.SECONDS);
        }
      }
      sender.flush();
      try (WeirProcess weir = WeirProcess.serve(config(broker), Map.of(), HEAP)) {
        weir.awaitReady();
        assertEquals(143, weir.stop(), weir::output);
        assertFalse(weir.output().contains("Exception"), weir::output);
      }
      try (VectorStore store = VectorStore.open(data(), StoreOptions.defaults())) {
        VectorCollection docs = store.collection("docs").orElseThrow();
        String rerun = "rerun with -Dweir.seed=" + seed;
        sender.oracle().assertHolds(docs, rerun);
        assertEquals(
            sender.oracle().rows(), store.stats().collections().getFirst().liveRows(), rerun);
        for (int query = 0; query < 10; query++) {
          sender.oracle().assertSearch(docs, sender.vector(), 100, rerun);
        }
      }
    }
  }

  @Test
  void aSecondProcessOnTheSameFolderRefuses() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        WeirProcess first = WeirProcess.serve(config(broker), Map.of(), HEAP)) {
      first.awaitServing();
      try (WeirProcess second = WeirProcess.serve(config(broker), Map.of(), HEAP)) {
        assertNotEquals(0, second.awaitExit());
        assertTrue(second.output().contains("in use by another Weir process"), second::output);
        assertFalse(second.output().contains("\tat "), second::output);
      }
      assertTrue(first.isAlive());
    }
  }
}
