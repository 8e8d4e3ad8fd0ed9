package io.weir.storage.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is being written to, and tidied up, is whole whenever it is looked at. */
@Timeout(300)
class RunningStoreTest {
  private static final VectorSchema SCHEMA = new VectorSchema(5, Metric.COSINE);
  private static final long ENOUGH_GENERATIONS = 40;

  private final long seed = Long.getLong("weir.seed", System.nanoTime());

  @TempDir Path directory;

  @ParameterizedTest(name = "history of {0} records")
  @ValueSource(longs = {0, 700})
  void aStoreUnderCheckpointsAndMergesIsWhole(long history) throws Exception {
    StoreOptions options =
        StoreOptions.defaults()
            .withSegmentBytes(20_000)
            .withHistory(new HistoryLimits(history, Duration.ZERO));
    AtomicBoolean done = new AtomicBoolean();
    try (VectorStore store = VectorStore.open(directory, options);
        ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Future<Long> written = writer.submit(() -> write(store, done));
      long generation = 0;
      try {
        while (generation < ENOUGH_GENERATIONS && !written.isDone()) {
          generation = check();
        }
      } finally {
        done.set(true);
      }
      assertTrue(written.get(60, TimeUnit.SECONDS) > 0);
    }
  }

  /** Returns the generation that was looked at. */
  private long check() throws Exception {
    VerifyReport report =
        new StoreVerifier(
                StorageFiles.real(), directory, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE)
            .verify();
    assertTrue(report.whole(), () -> report.findings() + "; weir.seed=" + seed);
    assertEquals(0, report.notes().size(), () -> report.notes().toString());
    StoreReport picture = new StoreInspector(StorageFiles.real(), directory).inspect();
    assertTrue(picture.damage().isEmpty(), () -> picture.damage().toString());
    assertTrue(picture.inUse());
    return picture.collections().stream()
        .flatMap(collection -> collection.shards().stream())
        .mapToLong(StoreReport.ShardReport::generation)
        .sum();
  }

  private long write(VectorStore store, AtomicBoolean done) throws Exception {
    Random random = new Random(seed);
    Shard shard = store.declare("docs", SCHEMA).shard(0);
    long offset = 0;
    while (!done.get()) {
      for (int i = 0; i < 40; i++) {
        String key = "key-" + random.nextInt(200);
        if (random.nextInt(5) == 0) {
          shard.append(Records.delete(offset++, key), 0);
        } else {
          shard.append(Records.upsert(offset++, key, Records.vector(random, 5), "p".repeat(20)), 0);
        }
      }
      store.checkpoint().get(60, TimeUnit.SECONDS);
      if (offset % 400 == 0) {
        store.compact().get(60, TimeUnit.SECONDS);
      }
    }
    return offset;
  }
}
