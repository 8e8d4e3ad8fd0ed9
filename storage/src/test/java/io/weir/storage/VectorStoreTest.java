package io.weir.storage;

import static io.weir.storage.testing.Records.delete;
import static io.weir.storage.testing.Records.upsert;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Fault;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class VectorStoreTest {
  private static final VectorSchema SCHEMA = new VectorSchema(4, Metric.DOT);

  @TempDir Path directory;

  private VectorStore open() throws IOException {
    return VectorStore.open(directory, StoreOptions.defaults());
  }

  private static CheckpointReport checkpoint(VectorStore store) throws Exception {
    CheckpointReport report = store.checkpoint().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
    return report;
  }

  private static void append(Shard shard, VectorRecord record) {
    assertEquals(new AppendResult.Appended(), shard.append(record, 7));
  }

  @Test
  void aRowIsVisibleAsSoonAsItIsAppended() throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      append(docs.shard(3), upsert(10, "a", new float[] {1, 2, 3, 4}, "{\"x\":1}"));

      var row = docs.get("a").orElseThrow();
      assertEquals("a", row.key());
      assertEquals(3, row.partition());
      assertEquals(10, row.offset());
      assertEquals(List.of(1f, 2f, 3f, 4f), boxed(row.vector()));
      assertEquals(Optional.of(new SourcePosition(11, 7)), docs.shard(3).appliedPosition());
      assertEquals(Optional.empty(), docs.shard(3).durablePosition());
      assertEquals(1, docs.search(KnnQuery.nearest(new float[] {1, 0, 0, 0}, 5)).hits().size());
    }
  }

  @Test
  void whatACheckpointHasReportedSurvivesReopening() throws Exception {
    UUID topic = UUID.randomUUID();
    try (VectorStore store = open()) {
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      shard.bind(topic);
      append(shard, upsert(0, "a", new float[] {1, 2, 3, 4}, ""));
      append(shard, upsert(1, "b", new float[] {4, 3, 2, 1}, "{}"));
      append(shard, delete(2, "a"));
      CheckpointReport report = checkpoint(store);
      assertEquals(1, report.rows());
      append(shard, upsert(3, "c", new float[] {1, 1, 1, 1}, ""));
    }
    try (VectorStore store = open()) {
      VectorCollection docs = store.collection("docs").orElseThrow();
      assertEquals(SCHEMA, docs.schema());
      assertEquals(Optional.empty(), docs.get("a"));
      assertEquals(1, docs.get("b").orElseThrow().offset());
      assertEquals(Optional.empty(), docs.get("c"), "was not durable");
      Shard shard = docs.shards().getFirst();
      assertEquals(Optional.of(new SourcePosition(3, 7)), shard.durablePosition());
      assertEquals(Optional.of(new SourcePosition(3, 7)), shard.appliedPosition());
      shard.bind(topic);
      assertThrows(SourceChangedException.class, () -> shard.bind(UUID.randomUUID()));
      assertEquals(1, store.recovery().liveRows());
      assertEquals(1, store.recovery().shards());
    }
  }

  @Test
  void aCheckpointWithNothingNewWritesNothing() throws Exception {
    try (VectorStore store = open()) {
      append(store.declare("docs", SCHEMA).shard(0), upsert(0, "a", new float[4], ""));
      checkpoint(store);
    }
    List<Path> before = files();
    try (VectorStore store = open()) {
      assertEquals(List.of(), checkpoint(store).shards());
    }
    assertEquals(before, files());
  }

  private List<Path> files() throws IOException {
    try (var paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void anAdvancedPositionAloneBecomesDurable() throws Exception {
    try (VectorStore store = open()) {
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      shard.advance(new SourcePosition(42, 3));
      shard.advance(new SourcePosition(41, 3));
      checkpoint(store);
      assertEquals(Optional.of(new SourcePosition(42, 3)), shard.durablePosition());
    }
    try (VectorStore store = open()) {
      Shard shard = store.collection("docs").orElseThrow().shard(0);
      assertEquals(Optional.of(new SourcePosition(42, 3)), shard.appliedPosition());
    }
  }

  @Test
  void anOffsetBelowThePositionIsNotAppliedAgain() throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      append(docs.shard(0), upsert(5, "a", new float[] {1, 0, 0, 0}, ""));
      assertEquals(
          new AppendResult.AlreadyApplied(6),
          docs.shard(0).append(upsert(5, "a", new float[] {2, 0, 0, 0}, ""), 0));
      assertEquals(1f, docs.get("a").orElseThrow().vector()[0]);
    }
  }

  @Test
  void refusalsNameTheRuleAndChangeNothing() throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", new VectorSchema(2, Metric.COSINE));
      Shard shard = docs.shard(0);
      assertRefused("wrong-dimension", shard, upsert(0, "a", new float[3], ""));
      assertRefused("not-finite", shard, upsert(0, "a", new float[] {1, Float.NaN}, ""));
      assertRefused(
          "not-finite", shard, upsert(0, "a", new float[] {Float.NEGATIVE_INFINITY, 1}, ""));
      assertRefused("zero-vector", shard, upsert(0, "a", new float[] {0, -0f}, ""));
      assertRefused("missing-key", shard, upsert(0, "", new float[] {1, 1}, ""));
      assertRefused("key-too-long", shard, upsert(0, "k".repeat(1_025), new float[] {1, 1}, ""));
      assertRefused(
          "payload-too-large", shard, upsert(0, "a", new float[] {1, 1}, "p".repeat(1_048_577)));
      assertRefused("missing-key", shard, delete(0, ""));
      assertEquals(Optional.empty(), shard.appliedPosition());
      assertEquals(0, docs.search(KnnQuery.nearest(new float[] {1, 1}, 1)).hits().size());
      append(shard, upsert(0, "k".repeat(1_024), new float[] {1, 1}, "p".repeat(1_048_576)));
    }
  }

  private static void assertRefused(String reason, Shard shard, VectorRecord record) {
    var refused = assertInstanceOf(AppendResult.Refused.class, shard.append(record, 0));
    assertEquals(reason, refused.reason());
  }

  @Test
  void aSecondStoreOnTheSameFolderIsRefused() throws Exception {
    try (VectorStore _ = open()) {
      StoreLockedException locked = assertThrows(StoreLockedException.class, () -> open().close());
      assertTrue(locked.toString().contains("in use"), locked::toString);
    }
    open().close();
  }

  @Test
  void anotherSchemaForStoredRowsIsRefused() throws Exception {
    try (VectorStore store = open()) {
      append(store.declare("docs", SCHEMA).shard(0), upsert(0, "a", new float[4], ""));
      checkpoint(store);
    }
    try (VectorStore store = open()) {
      assertThrows(
          SchemaMismatchException.class,
          () -> store.declare("docs", new VectorSchema(5, Metric.DOT)));
      assertThrows(IllegalArgumentException.class, () -> store.declare("../docs", SCHEMA));
    }
  }

  @Test
  void fiveTimesTheBudgetGoesThroughWithoutEverExceedingIt() throws Exception {
    VectorSchema wide = new VectorSchema(1_024, Metric.DOT);
    StoreOptions small = StoreOptions.defaults().withHotBufferBytes(4 << 20);
    try (VectorStore store = VectorStore.open(directory, small)) {
      Shard shard = store.declare("docs", wide).shard(0);
      for (int offset = 0; offset < 5_000; offset++) {
        VectorRecord record = upsert(offset, "key-" + offset, new float[1_024], "");
        while (shard.append(record, 0) instanceof AppendResult.Full full) {
          assertTrue(full.usedBytes() <= full.limitBytes());
          full.roomFreed().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        assertTrue(store.stats().hotAllocatedBytes() <= 4 << 20);
      }
      checkpoint(store);
      assertEquals(5_000, store.stats().collections().getFirst().liveRows());
      assertEquals(0, store.stats().hotAllocatedBytes());
    }
  }

  @Test
  void aCheckpointEndsHoweverFastTheWriterIs() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    StoreOptions large = StoreOptions.defaults().withHotBufferBytes(2L << 30);
    try (VectorStore store = VectorStore.open(directory, large);
        ExecutorService writing = Executors.newSingleThreadExecutor()) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      append(docs.shard(1), upsert(0, "b", new float[4], ""));
      Shard busy = docs.shard(0);
      Future<Long> writer =
          writing.submit(() -> {
            long offset = 0;
            while (!done.get() && offset < 3_000_000) {
              append(busy, upsert(offset, "a" + offset % 100, new float[4], ""));
              offset++;
            }
            return offset;
          });
      for (int i = 0; i < 5; i++) {
        CheckpointReport report = checkpoint(store);
        long commits = report.shards().stream().filter(shard -> shard.partition() == 0).count();
        assertTrue(commits <= 1, report::toString);
      }
      assertEquals(Optional.of(new SourcePosition(1, 7)), docs.shard(1).durablePosition());
      done.set(true);
      assertTrue(writer.get(60, TimeUnit.SECONDS) > 0);
    }
  }

  @Test
  void rowsWhoseEarlyForceFailedGoToANewFile() throws Exception {
    MemoryFiles files = new MemoryFiles();
    AtomicBoolean failed = new AtomicBoolean();
    files.setFaults((_, operation) ->
        operation instanceof Operation.Force
                && operation.path().toString().endsWith(".segment")
                && failed.compareAndSet(false, true)
            ? Fault.ERROR
            : Fault.NONE);
    StoreOptions manual = StoreOptions.defaults().withCheckpointInterval(Duration.ZERO);
    try (VectorStore store = LocalVectorStore.open(Path.of("/store"), manual, files)) {
      VectorCollection docs = store.declare("docs", new VectorSchema(4_096, Metric.DOT));
      // More than 16 MiB: a part of them is forced while the rest is written.
      for (int offset = 0; offset < 1_100; offset++) {
        append(docs.shard(0), upsert(offset, "k" + offset, new float[4_096], ""));
      }
      assertFalse(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      assertEquals(Optional.empty(), docs.shard(0).durablePosition());
      checkpoint(store);
      assertEquals(Optional.of(new SourcePosition(1_100, 7)), docs.shard(0).durablePosition());
      assertEquals(1_100, store.stats().collections().getFirst().liveRows());
      List<Path> made =
          files.log().stream()
              .filter(operation -> operation instanceof Operation.Create)
              .map(Operation::path)
              .filter(path -> path.toString().endsWith(".segment"))
              .toList();
      assertEquals(2, made.size());
      assertFalse(files.contents().containsKey(made.getFirst()));
      assertTrue(files.contents().containsKey(made.getLast()));
    }
  }

  @Test
  void manyCheckpointsDoNotPileUpChunksOrMaps() throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      ModelStore model = new ModelStore();
      Random random = new Random(3);
      for (int offset = 0; offset < 300; offset++) {
        float[] vector = Records.vector(random, 4);
        append(docs.shard(0), upsert(offset, "k" + offset % 120, vector, "p"));
        model.put("k" + offset % 120, offset, vector, "p");
        checkpoint(store);
      }
      assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
      StoreAssertions.assertRows(model, docs, model.rows().keySet(), () -> "after 300");
      StoreAssertions.assertSearch(model, docs, new float[] {1, 2, 3, 4}, 200, () -> "after 300");
      assertEquals(1, store.stats().total().disk().chunks());
      long maps =
          Files.readAllLines(Path.of("/proc/self/maps")).stream()
              .filter(line -> line.contains(directory.toString()))
              .count();
      assertEquals(1, maps);
    }
  }

  @Test
  void roomOfRecordsThatDidNotFitIsGivenBack() throws Exception {
    StoreOptions small = StoreOptions.defaults().withHotBufferBytes(4 << 20);
    String payload = "p".repeat(1 << 20);
    try (VectorStore store = VectorStore.open(directory, small)) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      for (int round = 0; round < 3; round++) {
        for (int partition = 0; partition < 64; partition++) {
          VectorRecord record = upsert(round, "k", new float[4], payload);
          while (docs.shard(partition).append(record, 7) instanceof AppendResult.Full full) {
            full.roomFreed().toCompletableFuture().get(60, TimeUnit.SECONDS);
          }
        }
      }
      checkpoint(store);
      assertEquals(64, store.stats().collections().getFirst().liveRows());
    }
  }

  @Test
  void aCancelledSearchEnds() throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      append(docs.shard(0), upsert(0, "a", new float[4], ""));
      KnnQuery query = KnnQuery.nearest(new float[4], 1).cancelledBy(() -> true);
      assertThrows(CancellationException.class, () -> docs.search(query));
    }
  }

  @Test
  void equalScoresAreOrderedByKeyWhereverTheRowsLie() throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      float[] same = {1, 2, 3, 4};
      append(docs.shard(0), upsert(0, "d", same, ""));
      append(docs.shard(1), upsert(0, "b", same, ""));
      checkpoint(store);
      append(docs.shard(0), upsert(1, "a", same, ""));
      append(docs.shard(1), upsert(1, "c", same, ""));
      List<String> keys =
          docs.search(KnnQuery.nearest(same, 3)).hits().stream()
              .map(hit -> hit.row().key())
              .toList();
      assertEquals(List.of("a", "b", "c"), keys);
    }
  }

  @Test
  void aCosineIsNeverOutsideItsRange() throws Exception {
    Random random = new Random(2);
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", new VectorSchema(300, Metric.COSINE));
      for (int offset = 0; offset < 200; offset++) {
        float[] vector = Records.vector(random, 300);
        append(docs.shard(0), upsert(offset, "k" + offset, vector, ""));
        float score = docs.search(KnnQuery.nearest(vector, 1)).hits().getFirst().score();
        assertEquals(1f, score, 1e-6f);
        assertTrue(score <= 1f, () -> score + " is no cosine");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void vectorsAtTheEdgesOfTheirRangeComeBackAndRank(Metric metric) throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", new VectorSchema(2, metric));
      float[][] vectors = {
        {Float.MAX_VALUE, Float.MAX_VALUE},
        {-Float.MAX_VALUE, Float.MAX_VALUE},
        {Float.MIN_VALUE, Float.MIN_VALUE},
        {1e-30f, -1e-30f},
        {-0f, 1}
      };
      ModelStore model = new ModelStore();
      for (int i = 0; i < vectors.length; i++) {
        append(docs.shard(0), upsert(i, "k" + i, vectors[i], ""));
        model.put("k" + i, i, vectors[i], "");
      }
      StoreAssertions.assertRows(model, docs, model.rows().keySet(), () -> "hot");
      var hits = docs.search(KnnQuery.nearest(new float[] {1, 1}, 5)).hits();
      assertEquals(5, hits.size());
      assertTrue(hits.stream().noneMatch(hit -> Float.isNaN(hit.score())), hits::toString);
      if (metric == Metric.COSINE) {
        StoreAssertions.assertSearch(model, docs, new float[] {1, 1}, 5, () -> "hot");
      }
      checkpoint(store);
      StoreAssertions.assertRows(model, docs, model.rows().keySet(), () -> "cold");
    }
  }

  @Test
  void keysMayBeAnyText() throws Exception {
    List<String> keys =
        List.of("a", "ä", "🦫", "https://example.org/a?b=c#d", "x".repeat(1_024), " ", "\n");
    ModelStore model = new ModelStore();
    try (VectorStore store = open()) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      Random random = new Random(1);
      for (int i = 0; i < keys.size(); i++) {
        float[] vector = Records.vector(random, 4);
        append(docs.shard(0), upsert(i, keys.get(i), vector, "p" + i));
        model.put(keys.get(i), i, vector, "p" + i);
      }
      StoreAssertions.assertRows(model, docs, keys, () -> "hot");
      checkpoint(store);
      StoreAssertions.assertRows(model, docs, keys, () -> "cold");
    }
  }

  private static List<Float> boxed(float[] vector) {
    return java.util.stream.IntStream.range(0, vector.length).mapToObj(i -> vector[i]).toList();
  }
}
