package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Hit;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers beside a writer that overwrites every key all the time, checkpoints and compactions: a
 * key that was there stays there, never goes back, never is there twice, the past does not change,
 * and no reader meets memory that has been given back. Afterwards nothing is left open.
 */
@Timeout(300)
class ReadersRaceTest {
  private static final int KEYS = 300;
  private static final int RECORDS = 50_000;
  private static final int CHECKPOINTS = 20;
  private static final int MERGES = 5;
  private static final int HISTORY = 3_000;
  private static final VectorSchema SCHEMA = new VectorSchema(2, Metric.DOT);
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withHotBufferBytes(StoreOptions.MIN_HOT_BUFFER_BYTES)
          .withCheckpointInterval(Duration.ofMillis(1))
          .withSegmentBytes(100_000)
          .withCompaction(CompactionOptions.defaults().withBytesPerSecond(0))
          .withHistory(new HistoryLimits(HISTORY, Duration.ZERO));

  @TempDir Path directory;

  @Test
  void readersSeeEachKeyOnceAndForwardOnlyAndNothingLeaks() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong merges = new AtomicLong();
    try (VectorStore store = VectorStore.open(directory, OPTIONS);
        ExecutorService readers = Executors.newFixedThreadPool(5)) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      Shard shard = docs.shard(0);
      for (int key = 0; key < KEYS; key++) {
        append(shard, record(key));
      }
      List<Future<Long>> running = new ArrayList<>();
      try {
        running.add(readers.submit(whileNot(done, () -> searchOnce(docs))));
        running.add(readers.submit(gets(done, docs)));
        running.add(readers.submit(readsOfThePast(done, docs)));
        running.add(readers.submit(whileNot(done, () -> statsOnce(store, docs))));
        running.add(readers.submit(whileNot(done, () -> compactOnce(store, merges))));
        int offset = KEYS;
        while (offset < RECORDS
            || store.checkpoints().size() < CHECKPOINTS
            || (merges.get() < MERGES && !anyDone(running))) {
          append(shard, record(offset++));
        }
        assertEquals(Optional.of(new SourcePosition(offset, 0)), shard.appliedPosition());
      } finally {
        done.set(true);
      }
      for (Future<Long> reader : running) {
        assertTrue(reader.get(60, TimeUnit.SECONDS) > 0);
      }
      assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
      assertEquals(0, store.stats().hotAllocatedBytes());
      assertEquals(List.of(), open().stream().filter(line -> line.endsWith("(deleted)")).toList());
    }
    assertEquals(List.of(), open());
  }

  private static boolean anyDone(List<Future<Long>> running) {
    return running.stream().anyMatch(Future::isDone);
  }

  /** A store that is closed under its readers says so, and nothing else. */
  @Test
  void readersOfAStoreThatIsClosedAreToldSo() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
        List<Future<String>> running = new ArrayList<>();
        try (VectorStore store = VectorStore.open(directory, OPTIONS)) {
          VectorCollection docs = store.declare("docs", SCHEMA);
          Shard shard = docs.shard(0);
          long from = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
          for (long offset = from; offset < from + KEYS; offset++) {
            append(shard, record(offset));
          }
          running.add(readers.submit(untilRefused(() -> searchOnce(docs))));
          running.add(readers.submit(untilRefused(() -> docs.get("key-7").isPresent())));
          store.checkpoint().get(60, TimeUnit.SECONDS);
        }
        for (Future<String> reader : running) {
          assertEquals("the store is closed", reader.get(60, TimeUnit.SECONDS));
        }
      }
      assertEquals(List.of(), open());
    }
  }

  private static Callable<String> untilRefused(Callable<Boolean> task) {
    return () -> {
      while (true) {
        try {
          task.call();
        } catch (IllegalStateException refused) {
          return String.valueOf(refused.getMessage());
        }
      }
    };
  }

  /** Maps and descriptors of files in the folder. */
  private List<String> open() throws IOException {
    List<String> open =
        new ArrayList<>(
            Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains(directory.toString()))
                .toList());
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          String target = Files.readSymbolicLink(descriptor).toString();
          if (target.contains(directory.toString())) {
            open.add(target);
          }
        }
      }
    }
    return open;
  }

  private static boolean compactOnce(VectorStore store, AtomicLong merges) throws Exception {
    CompactionReport report = store.compact().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
    merges.addAndGet(report.merges().size());
    return true;
  }

  /** As of any position, a key has the last record before it. */
  private static Callable<Long> readsOfThePast(AtomicBoolean done, VectorCollection docs) {
    Random random = new Random(7);
    return whileNot(
        done,
        () -> {
          long newest = docs.shards().getFirst().appliedPosition().orElseThrow().nextOffset();
          long position = Math.max(KEYS, newest - random.nextInt(HISTORY));
          int key = random.nextInt(KEYS);
          try {
            StoredRow row = docs.get("key-" + key, Map.of(0, position)).orElseThrow();
            assertEquals(lastBefore(position, key), row.offset(), () -> "as of " + position);
          } catch (PositionUnavailableException refused) {
            // Thousands of records may have been appended since the position was chosen.
            assertTrue(refused.oldest() > position, refused::toString);
          }
          return true;
        });
  }

  private static long lastBefore(long position, int key) {
    return position - 1 - Math.floorMod(position - 1 - key, KEYS);
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

  private static boolean statsOnce(VectorStore store, VectorCollection docs) throws IOException {
    Figures.RowStats known = store.stats().total().rows();
    assertTrue(known.live() >= KEYS, known::toString);
    assertTrue(known.live() - known.unresolved() <= KEYS, known::toString);
    assertEquals(KEYS, docs.liveRows());
    return true;
  }
}
