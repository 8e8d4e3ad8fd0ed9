package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class CompactionTest {
  private static final VectorSchema SCHEMA = new VectorSchema(4, Metric.COSINE);
  private static final StoreOptions ON_REQUEST =
      StoreOptions.defaults().withCompaction(CompactionOptions.defaults().withAutomatic(false));
  private static final StoreOptions WITH_HISTORY =
      ON_REQUEST.withHistory(new HistoryLimits(1_000, Duration.ZERO));

  @TempDir Path directory;

  private final Random random = new Random(8);
  private final ModelStore model = new ModelStore();
  private final List<ModelStore> byPosition = new ArrayList<>(List.of(new ModelStore()));
  private long offset;

  private VectorStore open(StoreOptions options) throws IOException {
    return VectorStore.open(directory, options);
  }

  private void put(Shard shard, String key) {
    float[] vector = Records.vector(random, SCHEMA.dimension());
    shard.append(Records.upsert(offset, key, vector, "payload of " + key), 0);
    model.put(key, offset, vector, "payload of " + key);
    next();
  }

  private void remove(Shard shard, String key) {
    shard.append(Records.delete(offset, key), 0);
    model.remove(key);
    next();
  }

  private void next() {
    offset++;
    byPosition.add(model.copy());
  }

  private static void checkpoint(VectorStore store) throws Exception {
    assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
  }

  private static CompactionReport compact(VectorStore store) throws Exception {
    CompactionReport report = store.compact().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
    return report;
  }

  private void assertModel(VectorStore store, String message) throws IOException {
    VectorCollection docs = store.declare("docs", SCHEMA);
    StoreAssertions.assertRows(model, docs, keys(), () -> message);
    StoreAssertions.assertSearch(model, docs, new float[] {1, 2, 3, 4}, 100, () -> message);
    assertEquals(model.rows().size(), docs.liveRows(), () -> message);
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (int key = 0; key < 60; key++) {
      keys.add("key-" + key);
    }
    return keys;
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(path -> path.toString().endsWith(end)).sorted().toList();
    }
  }

  private void fill(VectorStore store, int checkpoints) throws Exception {
    Shard shard = store.declare("docs", SCHEMA).shard(0);
    for (int checkpoint = 0; checkpoint < checkpoints; checkpoint++) {
      for (int i = 0; i < 5; i++) {
        String key = "key-" + random.nextInt(60);
        if (random.nextInt(4) == 0) {
          remove(shard, key);
        } else {
          put(shard, key);
        }
      }
      checkpoint(store);
    }
  }

  @Test
  void compactionLeavesOneChunkWithoutDeadRowsAndNoMarks() throws Exception {
    try (VectorStore store = open(ON_REQUEST)) {
      fill(store, 40);
      CompactionReport report = compact(store);
      assertFalse(report.merges().isEmpty());
      Figures figures = store.stats().total();
      assertEquals(1, figures.disk().chunks());
      assertEquals(0, figures.rows().dead());
      assertEquals(1, files(".segment").size());
      assertEquals(List.of(), files(".dead"));
      assertModel(store, "compacted");
      assertEquals(List.of(), compact(store).merges());
    }
    try (VectorStore store = open(ON_REQUEST)) {
      assertEquals(0, store.recovery().strayFiles());
      assertModel(store, "opened again");
      fill(store, 5);
      assertModel(store, "gone on");
    }
  }

  @Test
  void aSegmentOfDeadRowsOnlyGoesWithoutAFileInItsPlace() throws Exception {
    try (VectorStore store = open(ON_REQUEST)) {
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      put(shard, "key-1");
      put(shard, "key-2");
      checkpoint(store);
      remove(shard, "key-1");
      remove(shard, "key-2");
      checkpoint(store);
      compact(store);
      assertEquals(List.of(), files(".segment"));
      assertEquals(List.of(), files(".dead"));
      put(shard, "key-2");
      checkpoint(store);
      assertModel(store, "emptied and begun again");
    }
    try (VectorStore store = open(ON_REQUEST)) {
      assertModel(store, "opened again");
    }
  }

  @Test
  void rowsThatDieWhileAMergeIsWrittenAreDeadInItsOutput() throws Exception {
    StoreOptions slow =
        ON_REQUEST.withCompaction(CompactionOptions.defaults().withBytesPerSecond(20_000));
    try (VectorStore store = open(slow)) {
      fill(store, 60);
      assertModel(store, "while background merges run");
      compact(store);
      assertModel(store, "compacted");
    }
    try (VectorStore store = open(ON_REQUEST)) {
      assertModel(store, "opened again");
    }
  }

  @Test
  void aDamagedSegmentIsNamedAndTheOthersAreMergedAllTheSame() throws Exception {
    StoreOptions small = ON_REQUEST.withSegmentBytes(600);
    try (VectorStore store = open(small)) {
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      for (int key = 0; key < 40; key++) {
        put(shard, "key-" + key);
        checkpoint(store);
      }
    }
    Path damaged = files(".segment").get(2);
    byte[] bytes = Files.readAllBytes(damaged);
    // Behind the headers of file and chunk lies the first row.
    bytes[128 + 192] ^= 1;
    Files.write(damaged, bytes);
    StoreOptions large = ON_REQUEST.withSegmentBytes(1 << 20);
    try (VectorStore store = open(large)) {
      CompactionReport report = store.compact().get(60, TimeUnit.SECONDS);
      assertFalse(report.succeeded());
      assertTrue(report.failures().getFirst().contains(damaged.toString()), report::toString);
      StoreStats.ShardStats shard = store.stats().collections().getFirst().shards().getFirst();
      assertTrue(shard.figures().disk().segments() < 20, shard::toString);
      assertTrue(Files.exists(damaged));
    }
  }

  @Test
  void theDiskOfMergedSegmentsIsFreeWhenTheLastReaderLeaves() throws Exception {
    try (VectorStore store = open(ON_REQUEST)) {
      fill(store, 20);
      compact(store);
      fill(store, 20);
      compact(store);
      long unlinked =
          Files.readAllLines(Path.of("/proc/self/maps")).stream()
              .filter(line -> line.contains(directory.toString()) && line.contains("(deleted)"))
              .count();
      assertEquals(0, unlinked);
    }
  }

  private void assertEveryPosition(VectorStore store, long oldest, String message)
      throws IOException {
    VectorCollection docs = store.declare("docs", SCHEMA);
    for (long position = oldest; position <= offset; position++) {
      Map<Integer, Long> asOf = Map.of(0, position);
      ModelStore then = byPosition.get((int) position);
      String detail = message + ", as of " + position;
      for (String key : keys()) {
        assertEquals(
            then.rows().containsKey(key)
                ? Long.valueOf(then.rows().get(key).offset())
                : Long.valueOf(-1),
            docs.get(key, asOf).map(StoredRow::offset).orElse(-1L),
            () -> detail + ", " + key);
      }
      StoreAssertions.assertHits(
          then, docs, KnnQuery.nearest(new float[] {1, -2, 3, 1}, 70).asOf(asOf), () -> detail);
    }
  }

  @Test
  void withHistoryEveryPositionCanBeReadAsItWas() throws Exception {
    try (VectorStore store = open(WITH_HISTORY)) {
      fill(store, 20);
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      put(shard, "key-3");
      put(shard, "key-3");
      remove(shard, "key-3");
      put(shard, "key-3");
      assertEveryPosition(store, 0, "hot and cold");
      checkpoint(store);
      assertEveryPosition(store, 0, "cold");
      compact(store);
      assertModel(store, "compacted");
      assertEveryPosition(store, 0, "compacted");
      fill(store, 10);
      assertEveryPosition(store, 0, "gone on");
      compact(store);
      assertEveryPosition(store, 0, "compacted again");
    }
    try (VectorStore store = open(WITH_HISTORY)) {
      assertModel(store, "opened again");
      assertEveryPosition(store, 0, "opened again");
    }
  }

  @Test
  void aPositionThatCompactionHasPassedIsRefusedWithTheOldestOneThatIsNot() throws Exception {
    try (VectorStore store = open(WITH_HISTORY)) {
      fill(store, 20);
    }
    try (VectorStore store = open(ON_REQUEST.withHistory(new HistoryLimits(30, Duration.ZERO)))) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      assertEveryPosition(store, 0, "before compaction");
      compact(store);
      PositionUnavailableException refused =
          assertThrows(PositionUnavailableException.class, () -> docs.get("key-1", Map.of(0, 1L)));
      assertTrue(refused.oldest() > 1 && refused.oldest() <= offset - 30, refused::toString);
      assertEveryPosition(store, refused.oldest(), "from the oldest on");
      assertThrows(
          PositionUnavailableException.class,
          () ->
              docs.search(
                  KnnQuery.nearest(new float[] {1, 1, 1, 1}, 1).asOf(Map.of(0, offset + 1))));
      assertThrows(IllegalArgumentException.class, () -> docs.get("key-1", Map.of(7, 1L)));
    }
  }

  @Test
  void withoutHistoryReplacedRowsGoWithTheNextCheckpoint() throws Exception {
    try (VectorStore store = open(ON_REQUEST)) {
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      put(shard, "key-1");
      put(shard, "key-2");
      put(shard, "key-1");
      put(shard, "key-3");
      assertEveryPosition(store, 0, "hot");
      checkpoint(store);
      VectorCollection docs = store.declare("docs", SCHEMA);
      PositionUnavailableException refused =
          assertThrows(PositionUnavailableException.class, () -> docs.get("key-1", Map.of(0, 2L)));
      assertEquals(3, refused.oldest());
      assertEveryPosition(store, 3, "what can be told");
    }
  }
}
