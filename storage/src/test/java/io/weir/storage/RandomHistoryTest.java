package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random upserts, deletes, checkpoints, restarts and searches, against a plain map. */
@Timeout(900)
class RandomHistoryTest {
  @TempDir Path directory;

  @RepeatedTest(60)
  void aRandomHistoryEndsAsTheModelSays() throws Exception {
    new History(Long.getLong("weir.seed", System.nanoTime()), directory).run();
  }

  @Test
  @Tag("heavy")
  void manyRandomHistoriesEndAsTheModelSays() throws Exception {
    for (int i = 0; i < 300; i++) {
      new History(System.nanoTime(), directory.resolve("history-" + i)).run();
    }
  }

  /** One history. */
  private static final class History {
    private final long seed;
    private final Path directory;
    private final Random random;
    private final VectorSchema schema;
    private final StoreOptions options;
    private final int shards;
    private final int keys;
    private final long[] nextOffsets;

    /** Everything appended, and what of it is durable, shard by shard: a key has its shard. */
    private final List<List<VectorRecord>> logs = new ArrayList<>();

    private VectorStore store;
    private VectorCollection docs;

    History(long seed, Path directory) throws Exception {
      this.seed = seed;
      this.directory = directory;
      this.random = new Random(seed);
      this.schema =
          new VectorSchema(
              1 + random.nextInt(40), Metric.ofCode(random.nextInt(Metric.values().length)));
      this.options =
          new StoreOptions(
              StoreOptions.MIN_HOT_BUFFER_BYTES, Duration.ZERO, 1 + random.nextInt(20_000));
      this.shards = 1 + random.nextInt(3);
      this.keys = 1 + random.nextInt(200);
      this.nextOffsets = new long[shards];
      for (int shard = 0; shard < shards; shard++) {
        logs.add(new ArrayList<>());
      }
      this.store = VectorStore.open(directory, options);
      this.docs = store.declare("docs", schema);
    }

    private String message() {
      return "rerun with -Dweir.seed=" + seed;
    }

    void run() throws Exception {
      try {
        int steps = 10 + random.nextInt(30);
        for (int step = 0; step < steps; step++) {
          switch (random.nextInt(8)) {
            case 0 -> checkpoint();
            case 1 -> restart();
            case 2 -> search();
            case 3 -> assertModel();
            default -> append(random.nextInt(300));
          }
        }
        assertModel();
        checkpoint();
        assertModel();
        restart();
        assertModel();
      } finally {
        store.close();
      }
    }

    private void append(int count) throws Exception {
      for (int i = 0; i < count; i++) {
        int number = random.nextInt(keys);
        int shard = number % shards;
        // Logs have holes: compaction and transactions leave them.
        nextOffsets[shard] += random.nextInt(10) == 0 ? random.nextInt(100_000) : 0;
        long offset = nextOffsets[shard]++;
        VectorRecord record =
            random.nextInt(5) == 0
                ? Records.delete(offset, key(number))
                : Records.upsert(
                    offset,
                    key(number),
                    nonZero(Records.vector(random, schema.dimension())),
                    "p".repeat(random.nextInt(3) * random.nextInt(30)));
        logs.get(shard).add(record);
        apply(shard, record);
      }
    }

    private static float[] nonZero(float[] vector) {
      vector[0] = vector[0] == 0 ? 1 : vector[0];
      return vector;
    }

    private static String key(int number) {
      return "key-" + number + (number % 7 == 0 ? "-🦫".repeat(number % 20) : "");
    }

    private void apply(int shard, VectorRecord record) throws Exception {
      AppendResult result = docs.shard(shard).append(record, 1);
      while (result instanceof AppendResult.Full full) {
        full.roomFreed().toCompletableFuture().get(60, TimeUnit.SECONDS);
        result = docs.shard(shard).append(record, 1);
      }
      assertInstanceOf(AppendResult.Appended.class, result, this::message);
    }

    private void checkpoint() throws Exception {
      CheckpointReport report = store.checkpoint().get(60, TimeUnit.SECONDS);
      assertTrue(report.succeeded(), () -> report + message());
      for (int shard = 0; shard < shards; shard++) {
        assertEquals(
            docs.shard(shard).appliedPosition(),
            docs.shard(shard).durablePosition(),
            this::message);
      }
    }

    /** What was not durable is fed again, from the position that the store says. */
    private void restart() throws Exception {
      store.close();
      store = VectorStore.open(directory, options);
      docs = store.declare("docs", schema);
      for (int shard = 0; shard < shards; shard++) {
        long from = docs.shard(shard).appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
        for (VectorRecord record : logs.get(shard)) {
          if (record.offset() >= from) {
            apply(shard, record);
          }
        }
      }
    }

    private ModelStore model() {
      ModelStore model = new ModelStore();
      for (List<VectorRecord> log : logs) {
        for (VectorRecord record : log) {
          String key = Records.text(record.key());
          switch (record) {
            case VectorRecord.Upsert upsert ->
                model.put(
                    key,
                    upsert.offset(),
                    Records.floats(upsert.vector()),
                    Records.text(upsert.payload()));
            case VectorRecord.Delete _ -> model.remove(key);
          }
        }
      }
      return model;
    }

    private void assertModel() throws Exception {
      ModelStore model = model();
      List<String> all = new ArrayList<>();
      for (int number = 0; number < keys; number++) {
        all.add(key(number));
      }
      StoreAssertions.assertRows(model, docs, all, this::message);
      assertEquals(
          model.rows().size(), store.stats().collections().getFirst().liveRows(), this::message);
    }

    private void search() throws Exception {
      float[] query = nonZero(Records.vector(random, schema.dimension()));
      StoreAssertions.assertSearch(model(), docs, query, 1 + random.nextInt(250), this::message);
    }
  }
}
