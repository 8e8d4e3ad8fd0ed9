package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Hit;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers beside a writer that overwrites every key all the time and checkpoints beside both: a key
 * that was there stays there, never goes back, never is there twice, and no reader meets memory
 * that has been given back.
 */
@Timeout(120)
class ReadersRaceTest {
  private static final int KEYS = 300;
  private static final int RECORDS = 50_000;
  private static final int CHECKPOINTS = 4;
  private static final VectorSchema SCHEMA = new VectorSchema(2, Metric.DOT);

  @TempDir Path directory;

  @Test
  void readersSeeEachKeyOnceAndForwardOnly() throws Exception {
    StoreOptions options =
        new StoreOptions(StoreOptions.MIN_HOT_BUFFER_BYTES, Duration.ofMillis(1), 100_000);
    AtomicBoolean done = new AtomicBoolean();
    try (VectorStore store = VectorStore.open(directory, options);
        ExecutorService readers = Executors.newFixedThreadPool(3)) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      Shard shard = docs.shard(0);
      for (int key = 0; key < KEYS; key++) {
        append(shard, record(key));
      }
      List<Future<Long>> running = new ArrayList<>();
      running.add(readers.submit(whileNot(done, () -> searchOnce(docs))));
      running.add(readers.submit(gets(done, docs)));
      running.add(readers.submit(whileNot(done, () -> statsOnce(store))));
      int offset = KEYS;
      while (offset < RECORDS || store.checkpoints().size() < CHECKPOINTS) {
        append(shard, record(offset++));
      }
      done.set(true);
      for (Future<Long> reader : running) {
        assertTrue(reader.get(60, TimeUnit.SECONDS) > 0);
      }
      assertEquals(Optional.of(new SourcePosition(offset, 0)), shard.appliedPosition());
    }
  }

  private static VectorRecord record(long offset) {
    return Records.upsert(offset, "key-" + offset % KEYS, new float[] {offset, 1}, "" + offset);
  }

  private static void append(Shard shard, VectorRecord record) throws Exception {
    while (shard.append(record, 0) instanceof AppendResult.Full full) {
      full.roomFreed().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }

  private static Callable<Long> whileNot(AtomicBoolean done, Callable<Boolean> task) {
    return () -> {
      long runs = 0;
      while (!done.get() || runs == 0) {
        task.call();
        runs++;
      }
      return runs;
    };
  }

  private static boolean searchOnce(VectorCollection docs) throws Exception {
    SearchResult result = docs.search(KnnQuery.nearest(new float[] {1, 0}, KEYS + 50));
    Set<String> keys = new HashSet<>();
    long seen = Objects.requireNonNull(result.position().get(0)).nextOffset();
    for (Hit hit : result.hits()) {
      StoredRow row = hit.row();
      assertTrue(keys.add(row.key()), () -> row + " twice");
      assertEquals(row.offset(), Long.parseLong(new String(row.payload(), StandardCharsets.UTF_8)));
      assertEquals((float) row.offset(), hit.score());
      assertTrue(row.offset() >= seen - KEYS, () -> row + " is older than position " + seen);
    }
    assertEquals(KEYS, keys.size());
    return true;
  }

  private static Callable<Long> gets(AtomicBoolean done, VectorCollection docs) {
    Random random = new Random(6);
    long[] newest = new long[KEYS];
    return whileNot(
        done,
        () -> {
          int key = random.nextInt(KEYS);
          StoredRow row = docs.get("key-" + key).orElseThrow();
          assertEquals((float) row.offset(), row.vector()[0]);
          assertTrue(row.offset() >= newest[key], () -> row + " after offset " + newest[key]);
          newest[key] = row.offset();
          return true;
        });
  }

  private static boolean statsOnce(VectorStore store) {
    assertEquals(KEYS, store.stats().collections().getFirst().liveRows());
    return true;
  }
}
