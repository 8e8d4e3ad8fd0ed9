package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.check.Depth;
import io.weir.storage.check.Progress;
import io.weir.storage.check.ReadThrottle;
import io.weir.storage.check.StoreInspector;
import io.weir.storage.check.StoreReport;
import io.weir.storage.check.StoreVerifier;
import io.weir.storage.check.VerifyReport;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.ChangeLimit;
import io.weir.storage.query.Interests;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Gap;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Fault;
import io.weir.storage.testing.Faults;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** A shard that is made anew beside the one that is served, and takes its place. */
@Timeout(120)
class SuccessorTest {
  private static final Path ROOT = Path.of("/store");
  private static final Path SHARDS = ROOT.resolve("collections/docs/shards");
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.DOT);
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withCompaction(CompactionOptions.defaults().withAutomatic(false));

  private final MemoryFiles files = new MemoryFiles();

  private VectorStore open() throws IOException {
    return ThreadlessStore.open(ROOT, OPTIONS, files);
  }

  private static VectorCollection docs(VectorStore store) {
    return store.declare("docs", SCHEMA);
  }

  private static void append(Shard shard, long offset, String key) {
    assertEquals(
        new AppendResult.Appended(),
        shard.append(Records.upsert(offset, key, new float[] {1, 2, 3}, ""), 0));
  }

  private static void await(Future<?> future) throws Exception {
    future.get(60, TimeUnit.SECONDS);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  private static void checkpoint(VectorStore store) throws Exception {
    assertTrue(get(store.checkpoint()).succeeded());
  }

  private static Set<String> keys(VectorCollection docs) throws IOException {
    Set<String> keys = new TreeSet<>();
    docs.search(KnnQuery.nearest(new float[] {1, 1, 1}, 100))
        .hits()
        .forEach(hit -> keys.add(hit.row().key()));
    assertEquals(keys.size(), docs.liveRows());
    for (String key : keys) {
      assertEquals(key, docs.get(key).map(StoredRow::key).orElseThrow());
    }
    return keys;
  }

  private List<String> folders() throws IOException {
    return files.list(SHARDS);
  }

  private VerifyReport verify() throws IOException {
    return new StoreVerifier(files, ROOT, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE)
        .verify();
  }

  private void assertWhole(long rows) throws IOException {
    VerifyReport report = verify();
    assertEquals(List.of(), report.findings());
    assertEquals(1, report.shards());
    assertEquals(rows, report.liveRows().orElseThrow());
    StoreReport inspected = new StoreInspector(files, ROOT).inspect();
    assertEquals(List.of(), inspected.damage());
    assertEquals(List.of(), inspected.unknown());
    assertEquals(1, inspected.collections().getFirst().shards().size());
  }

  /** A shard with rows a, b and c, of which c is hot. */
  private Shard makeShard(VectorStore store) throws Exception {
    Shard shard = docs(store).shard(0);
    shard.bind(new UUID(1, 1));
    append(shard, 0, "a");
    append(shard, 1, "b");
    checkpoint(store);
    append(shard, 2, "c");
    return shard;
  }

  @Test
  void aSuccessorIsSeenByNobodyBeforeItIsPromoted() throws Exception {
    try (VectorStore store = open()) {
      makeShard(store);
      Shard successor = docs(store).successor(0);
      successor.bind(new UUID(2, 2));
      append(successor, 0, "x");
      assertEquals(Set.of("a", "b", "c"), keys(docs(store)));
      checkpoint(store);
      assertEquals(1, successor.durablePosition().orElseThrow().nextOffset());
      append(successor, 1, "y");
      assertEquals(Set.of("a", "b", "c"), keys(docs(store)));
      assertEquals(1, docs(store).shards().size());

      CollectionStats stats = store.stats().collections().getFirst();
      assertEquals(3, stats.total().rows().live());
      assertEquals(1, stats.successors().size());
      assertEquals(2, stats.successors().getFirst().figures().rows().live());
      long hot = stats.successors().getFirst().figures().memory().hotAllocatedBytes();
      assertTrue(hot > 0);
      assertEquals(hot, store.stats().hotAllocatedBytes(), "one budget for both");
      assertEquals(List.of("0", "0.1"), folders());
      assertWhole(3);
    }
    assertTrue(
        verify().notes().stream().anyMatch(note -> note.file().endsWith("0.1")),
        "an unfinished successor is named");
  }

  @Test
  void aPromotedShardTakesThePlaceOfTheOther() throws Exception {
    try (VectorStore store = open()) {
      Shard old = makeShard(store);
      old.acceptGap(new Gap(3, 9, Instant.EPOCH, "gone"));
      Shard successor = docs(store).successor(0);
      successor.bind(new UUID(2, 2));
      append(successor, 0, "x");
      append(successor, 1, "a");
      await(docs(store).promote(0));
      assertSame(successor, docs(store).shard(0));
      assertEquals(List.of(successor), docs(store).shards());
      assertEquals(Set.of("a", "x"), keys(docs(store)));
      assertEquals(2, successor.durablePosition().orElseThrow().nextOffset());
      assertThrows(IllegalStateException.class, () -> append(old, 3, "d"));
      assertEquals(List.of("0.1"), folders());
      assertEquals(List.of(), store.stats().collections().getFirst().successors());

      append(successor, 2, "y");
      checkpoint(store);
      assertTrue(get(store.compact()).succeeded());
      assertWhole(3);
    }
    try (VectorStore store = open()) {
      assertEquals(Set.of("a", "x", "y"), keys(docs(store)));
      Shard shard = docs(store).shard(0);
      shard.bind(new UUID(2, 2));
      assertEquals(List.of(), shard.feedNotes().gaps());
      assertEquals(List.of("0.1"), folders());
      append(docs(store).successor(0), 0, "z");
      await(docs(store).promote(0));
      assertEquals(List.of("0.2"), folders());
      assertEquals(Set.of("z"), keys(docs(store)));
    }
    try (VectorStore store = open()) {
      assertEquals(Set.of("z"), keys(docs(store)));
      assertEquals(0, store.recovery().strayFiles());
    }
  }

  @Test
  void nothingIsToldFromAPositionOfTheShardBefore() throws Exception {
    try (VectorStore store = open()) {
      VectorCollection docs = docs(store);
      append(docs.shard(0), 0, "a");
      try (CollectionChanges before = docs.changes()) {
        assertEquals(Map.of(0, 0), before.incarnations());
        Shard successor = docs.successor(0);
        append(successor, 0, "a");
        append(successor, 1, "b");
        await(docs.promote(0));
        assertGone(() -> next(before));
        assertGone(() -> docs.changes(before.position(), before.incarnations()));
        // It may not be known which shard a position is of.
        try (CollectionChanges after = docs.changes(before.position())) {
          assertEquals(Map.of(0, 1), after.incarnations());
        }
      }
    }
    try (VectorStore store = open()) {
      VectorCollection docs = docs(store);
      assertGone(() -> docs.changes(Map.of(0, 1L), Map.of(0, 0)));
      docs.dropShard(0);
      try (CollectionChanges before = docs.changes(Map.of(0, 1L), Map.of(0, 0));
          CollectionChanges after = docs.changes(Map.of(0, 1L), Map.of(0, 1))) {
        docs.shard(0);
        assertGone(() -> next(before));
        assertEquals(Map.of(0, 2L), next(after));
      }
    }
  }

  /** Reads on, for nobody; returns how far. */
  private static SortedMap<Integer, Long> next(CollectionChanges changes) throws IOException {
    return changes
        .next(Interests.of(SCHEMA, List.of()), Map.of(), new ChangeLimit(100, 1 << 20), () -> false)
        .position();
  }

  private static void assertGone(Executable reading) {
    PositionUnavailableException gone = assertThrows(PositionUnavailableException.class, reading);
    assertTrue(
        String.valueOf(gone.getMessage())
            .startsWith("partition 0 has been made anew since position 1: "),
        gone::getMessage);
    assertEquals(0, gone.partition());
    assertEquals(2, gone.oldest());
  }

  /** A topic that is empty now replaces what there was. */
  @Test
  void anEmptySuccessorCanBePromoted() throws Exception {
    try (VectorStore store = open()) {
      makeShard(store);
      docs(store).successor(0);
      await(docs(store).promote(0));
      assertEquals(Set.of(), keys(docs(store)));
    }
    try (VectorStore store = open()) {
      assertEquals(Set.of(), keys(docs(store)));
      assertEquals(List.of("0.1"), folders());
    }
    assertWhole(0);
  }

  @Test
  void anAbandonedSuccessorLeavesNothing() throws Exception {
    try (VectorStore store = open()) {
      makeShard(store);
      Shard successor = docs(store).successor(0);
      append(successor, 0, "x");
      checkpoint(store);
      docs(store).abandon(0);
      assertThrows(IllegalStateException.class, () -> append(successor, 1, "y"));
      assertThrows(IllegalStateException.class, () -> docs(store).promote(0));
      assertEquals(List.of("0"), folders());
      assertEquals(Set.of("a", "b", "c"), keys(docs(store)));
      append(docs(store).successor(0), 0, "z");
      assertThrows(IllegalStateException.class, () -> docs(store).successor(0));
      await(docs(store).promote(0));
      assertEquals(Set.of("z"), keys(docs(store)));
    }
  }

  @Test
  void aSuccessorThatIsNotFinishedIsDiscardedByTheNextOpen() throws Exception {
    try (VectorStore store = open()) {
      makeShard(store);
      checkpoint(store);
      append(docs(store).successor(0), 0, "x");
      checkpoint(store);
    }
    assertEquals(List.of("0", "0.1"), folders());
    try (VectorStore store = open()) {
      assertTrue(store.recovery().strayFiles() > 0);
      assertEquals(List.of("0"), folders());
      assertEquals(Set.of("a", "b", "c"), keys(docs(store)));
      append(docs(store).successor(0), 0, "y");
      await(docs(store).promote(0));
    }
    try (VectorStore store = open()) {
      assertEquals(Set.of("y"), keys(docs(store)));
    }
  }

  @Test
  void aShardThatGoesTakesItsSuccessorWithIt() throws Exception {
    try (VectorStore store = open()) {
      makeShard(store);
      for (boolean drop : new boolean[] {true, false}) {
        Shard successor = docs(store).successor(0);
        append(successor, 0, "x");
        checkpoint(store);
        if (drop) {
          docs(store).dropShard(0);
        } else {
          await(docs(store).closeShard(0));
        }
        assertThrows(IllegalStateException.class, () -> append(successor, 1, "y"));
        assertEquals(0, store.stats().hotAllocatedBytes());
        docs(store).shard(0);
        assertEquals(List.of("0"), folders());
      }
    }
  }

  /** Each call of a promotion fails once: the old shard, or the new one, and a second try works. */
  @Test
  void aPromotionThatFailsLeavesEverythingAsItWas() throws Exception {
    for (Fault fault : List.of(Fault.ERROR, Fault.SHORT, Fault.LATE, Fault.OUT_OF_MEMORY)) {
      for (int failing = 0; promoteWithFault(fault, failing); failing++) {
        assertTrue(failing < 500, "does not end");
      }
    }
  }

  /** Returns whether there was a call to fail. */
  private static boolean promoteWithFault(Fault fault, int failing) throws Exception {
    String detail = fault + " of call " + failing;
    MemoryFiles disk = new MemoryFiles();
    boolean[] failed = {false};
    Set<String> seen;
    try (VectorStore store = ThreadlessStore.open(ROOT, OPTIONS, disk)) {
      append(docs(store).shard(0), 0, "a");
      checkpoint(store);
      append(docs(store).successor(0), 0, "x");
      disk.setFaults((call, _) -> {
        failed[0] |= call == failing;
        return call == failing ? fault : Fault.NONE;
      });
      Future<?> promoted = docs(store).promote(0);
      boolean done = true;
      try {
        await(promoted);
      } catch (ExecutionException e) {
        done = false;
      }
      disk.setFaults(Faults.NONE);
      seen = keys(docs(store));
      assertEquals(done ? Set.of("x") : Set.of("a"), seen, detail);
    }
    try (VectorStore store = ThreadlessStore.open(ROOT, OPTIONS, disk)) {
      assertEquals(seen, keys(docs(store)), detail);
      append(docs(store).successor(0), 0, "y");
      await(docs(store).promote(0));
    }
    try (VectorStore store = ThreadlessStore.open(ROOT, OPTIONS, disk)) {
      assertEquals(Set.of("y"), keys(docs(store)), detail);
    }
    assertEquals(
        List.of(),
        new StoreVerifier(disk, ROOT, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE)
            .verify()
            .findings(),
        detail);
    return failed[0];
  }

  @Test
  void aPromotionThatFailedCanBeTriedAgain() throws Exception {
    try (VectorStore store = open()) {
      makeShard(store);
      append(docs(store).successor(0), 0, "x");
      files.setFaults((_, call) -> call instanceof Operation.Write ? Fault.SHORT : Fault.NONE);
      ExecutionException failed =
          assertThrows(ExecutionException.class, () -> await(docs(store).promote(0)));
      assertInstanceOf(IOException.class, failed.getCause());
      assertEquals(Set.of("a", "b", "c"), keys(docs(store)));
      files.setFaults(Faults.NONE);
      await(docs(store).promote(0));
      assertEquals(Set.of("x"), keys(docs(store)));
    }
  }

  /** A query sees all rows of one shard and none of the other, and figures show one of both. */
  @Test
  void readersSeeExactlyOneOfBoth() throws Exception {
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, files);
        ExecutorService readers = Executors.newFixedThreadPool(2)) {
      VectorCollection docs = docs(store);
      append(docs.shard(0), 0, "even 0");
      append(docs.shard(0), 1, "even 1");
      CountDownLatch done = new CountDownLatch(1);
      Future<?> searching =
          readers.submit(() -> {
            while (done.getCount() > 0) {
              Set<String> keys = new TreeSet<>();
              docs.search(KnnQuery.nearest(new float[] {1, 1, 1}, 100))
                  .hits()
                  .forEach(hit -> keys.add(hit.row().key()));
              assertTrue(
                  keys.equals(Set.of("even 0", "even 1")) || keys.equals(Set.of("odd 0", "odd 1")),
                  keys::toString);
              assertEquals(2, docs.liveRows());
            }
            return 0;
          });
      Future<?> asking =
          readers.submit(() -> {
            while (done.getCount() > 0) {
              CollectionStats stats = store.stats().collections().getFirst();
              assertEquals(2, stats.liveRows());
              assertTrue(stats.successors().size() <= 1);
              assertFalse(
                  verify().findingCount() > 0,
                  () -> {
                    try {
                      return verify().findings().toString();
                    } catch (IOException e) {
                      return e.toString();
                    }
                  });
            }
            return 0;
          });
      for (int round = 1; round <= 60; round++) {
        Shard successor = docs.successor(0);
        String name = round % 2 == 0 ? "even " : "odd ";
        append(successor, 0, name + 0);
        if (round % 3 == 0) {
          checkpoint(store);
        }
        append(successor, 1, name + 1);
        await(docs.promote(0));
      }
      done.countDown();
      await(searching);
      await(asking);
    }
  }
}
