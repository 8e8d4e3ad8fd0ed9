package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Hit;
import io.weir.storage.query.HitPlace;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.RowScan.BlockLimit;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.Trials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CollectionViewTest {
  private static final VectorSchema SCHEMA = new VectorSchema(4, Metric.DOT);
  private static final BlockLimit SMALL = new BlockLimit(7, 1 << 20, 1_000);
  private static final BlockLimit LARGE = new BlockLimit(100_000, Long.MAX_VALUE, 100_000);
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withSegmentBytes(4_096)
          .withCompaction(CompactionOptions.defaults().withAutomatic(false).withBytesPerSecond(0));

  @TempDir Path directory;
  private VectorStore store;
  private VectorCollection docs;

  @BeforeEach
  void open() throws IOException {
    store = VectorStore.open(directory, OPTIONS);
    docs = store.declare("docs", SCHEMA);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  /** What is true of the position stays true, whatever is appended, written and merged after it. */
  @Test
  void aViewDoesNotChange() throws Exception {
    Random random = Trials.random(0);
    ModelStore model = new ModelStore();
    long[] next = new long[2];
    record Held(CollectionView view, ModelStore model) {}
    List<Held> held = new ArrayList<>();
    try {
      for (int step = 0; step < 400; step++) {
        int kind = random.nextInt(20);
        if (kind == 0) {
          checkpoint();
        } else if (kind == 1) {
          assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
        } else if (kind == 2 && held.size() < 8) {
          held.add(new Held(docs.view(Map.of()), model.copy()));
        } else if (kind == 3 && !held.isEmpty()) {
          held.remove(random.nextInt(held.size())).view().close();
        } else {
          change(random, model, next);
        }
        if (!held.isEmpty()) {
          Held one = held.get(random.nextInt(held.size()));
          assertShows(one.model(), one.view(), random);
        }
      }
      checkpoint();
      assertEquals(0, store.stats().hotAllocatedBytes(), "views that are open hold hot memory");
      for (Held one : held) {
        assertShows(one.model(), one.view(), random);
      }
    } finally {
      held.forEach(one -> one.view().close());
    }
    assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
    assertEquals(0, store.stats().total().disk().pinnedBytes());
  }

  private void change(Random random, ModelStore model, long[] next) throws IOException {
    int key = random.nextInt(40);
    int partition = key % 2;
    long offset = next[partition]++;
    Shard shard = docs.shard(partition);
    if (random.nextInt(4) == 0) {
      shard.append(Records.delete(offset, "key-" + key), 0);
      model.remove("key-" + key);
    } else {
      float[] vector = Records.vector(random, SCHEMA.dimension());
      shard.append(Records.upsert(offset, "key-" + key, vector, "at " + offset), 0);
      model.put("key-" + key, offset, vector, "at " + offset);
    }
  }

  private static void assertShows(ModelStore model, CollectionView view, Random random)
      throws IOException {
    List<StoredRow> rows = all(view.rows(true, true), SMALL);
    Set<String> keys = new HashSet<>();
    for (StoredRow row : rows) {
      assertTrue(keys.add(row.key()), () -> row + " twice; " + Trials.rerun());
      assertIs(row, model);
      assertIs(view.get(row.key()).orElseThrow(), model);
    }
    assertEquals(model.rows().keySet(), keys, Trials::rerun);
    assertEquals(Optional.empty(), view.get("nowhere"));
    float[] vector = Records.vector(random, SCHEMA.dimension());
    List<Hit> hits = view.search(KnnQuery.nearest(vector, 100)).hits();
    assertEquals(
        model.ranking(SCHEMA.metric(), vector).stream().map(ModelStore.Scored::key).toList(),
        hits.stream().map(hit -> hit.row().key()).toList(),
        Trials::rerun);
  }

  private static void assertIs(StoredRow row, ModelStore model) {
    ModelStore.Row expected =
        Objects.requireNonNull(model.rows().get(row.key()), () -> row + "; " + Trials.rerun());
    assertEquals(expected.offset(), row.offset(), Trials::rerun);
    assertArrayEquals(expected.vector(), row.vector());
    assertEquals(expected.payload(), new String(row.payload(), StandardCharsets.UTF_8));
  }

  @Test
  void aCheckpointFreesTheMemoryOfAViewWhoseRowsHaveBeenReplacedSince() throws Exception {
    put(0, 0, "a", 1);
    put(0, 1, "b", 2);
    try (CollectionView view = docs.view(Map.of())) {
      put(0, 2, "a", 3);
      docs.shard(0).append(Records.delete(3, "b"), 0);
      checkpoint();
      assertEquals(0, store.stats().hotAllocatedBytes());
      assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
      assertEquals(0, view.get("a").orElseThrow().offset());
      assertEquals(1, view.get("b").orElseThrow().offset());
      assertEquals(Map.of(0, 2L), nextOffsets(view));
    }
    put(0, 4, "c", 1);
    checkpoint();
    assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
    assertThrows(PositionUnavailableException.class, () -> docs.view(Map.of(0, 2L)));
  }

  @Test
  void rowsComeByPartitionAndOffsetInBlocksOfTheSizeThatIsAsked() throws Exception {
    for (int i = 0; i < 20; i++) {
      put(i % 2, i / 2, "key-" + i, i);
      if (i == 9) {
        checkpoint();
      }
    }
    put(0, 10, "key-0", 99);
    try (CollectionView view = docs.view(Map.of())) {
      RowScan scan = view.rows(false, true);
      List<StoredRow> first = scan.next(SMALL, () -> false).rows();
      assertEquals(7, first.size());
      assertEquals("key-2", first.getFirst().key());
      assertEquals(0, first.getFirst().vector().length);
      List<StoredRow> rest = all(scan, new BlockLimit(1, 1, 1));
      assertEquals(13, rest.size());
      List<StoredRow> rows = new ArrayList<>(first);
      rows.addAll(rest);
      for (int i = 1; i < rows.size(); i++) {
        StoredRow one = rows.get(i - 1);
        StoredRow next = rows.get(i);
        assertTrue(
            one.partition() < next.partition()
                || (one.partition() == next.partition() && one.offset() < next.offset()),
            () -> one + " before " + next);
      }
      assertEquals("key-0", rows.get(9).key());
      assertEquals(new RowScan.Block(List.of(), true), scan.next(SMALL, () -> false));
    }
  }

  @Test
  void aScanCanBeginAtAnyPlaceWhetherThereIsARowOrNot() throws Exception {
    for (int i = 0; i < 20; i++) {
      put(i % 2 * 2, i / 2, "key-" + i, i);
      if (i == 9) {
        checkpoint();
      }
    }
    put(0, 10, "key-0", 99);
    try (CollectionView view = docs.view(Map.of())) {
      List<StoredRow> all = all(view.rows(false, false), SMALL);
      for (int partition = 0; partition < 4; partition++) {
        for (long offset = 0; offset < 12; offset++) {
          RowScan scan = view.rows(false, false);
          scan.seek(partition, offset);
          int from = partition;
          long least = offset;
          assertEquals(
              all.stream()
                  .filter(row ->
                      row.partition() > from || (row.partition() == from && row.offset() >= least))
                  .map(StoredRow::toString)
                  .toList(),
              all(scan, SMALL).stream().map(StoredRow::toString).toList());
        }
      }
      RowScan again = view.rows(false, false);
      assertEquals(7, again.next(SMALL, () -> false).rows().size());
      again.seek(0, 0);
      assertEquals(all.size(), all(again, SMALL).size());
    }
  }

  @Test
  void aBlockEndsWhenItHasItsBytes() throws Exception {
    for (int i = 0; i < 10; i++) {
      put(0, i, "key-" + i, i);
    }
    try (CollectionView view = docs.view(Map.of())) {
      // 16 bytes of vector, 5 of key, 4 of payload.
      RowScan.Block block = view.rows(true, true).next(new BlockLimit(100, 50, 100), () -> false);
      assertEquals(2, block.rows().size());
    }
  }

  @Test
  void aBlockEndsWhenEnoughRowsWereLookedAt() throws Exception {
    for (int i = 0; i < 10; i++) {
      // The first four are replaced by the next.
      put(0, i, "key-" + Math.max(i, 4), i);
    }
    BlockLimit limit = new BlockLimit(100, 1 << 20, 4);
    try (CollectionView view = docs.view(Map.of())) {
      RowScan scan = view.rows(true, true);
      assertEquals(new RowScan.Block(List.of(), false), scan.next(limit, () -> false));
      RowScan.Block second = scan.next(limit, () -> false);
      assertEquals(4, second.rows().size());
      assertFalse(second.last());
      RowScan.Block third = scan.next(limit, () -> false);
      assertEquals(2, third.rows().size());
      assertTrue(third.last());
    }
  }

  /** One shard after the other; one without rows is a block of none. */
  @Test
  void theLastBlockSaysSo() throws Exception {
    put(0, 0, "a", 1);
    put(2, 0, "b", 1);
    docs.shard(3);
    try (CollectionView view = docs.view(Map.of())) {
      RowScan scan = view.rows(false, false);
      List<Integer> rows = new ArrayList<>();
      RowScan.Block block;
      do {
        block = scan.next(SMALL, () -> false);
        rows.add(block.rows().size());
      } while (!block.last());
      assertEquals(List.of(1, 1, 0), rows);
      assertEquals(new RowScan.Block(List.of(), true), scan.next(SMALL, () -> false));
    }
    VectorCollection empty = store.declare("empty", SCHEMA);
    try (CollectionView view = empty.view(Map.of())) {
      RowScan scan = view.rows(false, false);
      assertEquals(new RowScan.Block(List.of(), true), scan.next(SMALL, () -> false));
    }
  }

  @Test
  void aScanThatIsCancelledCanGoOn() throws Exception {
    put(0, 0, "a", 1);
    try (CollectionView view = docs.view(Map.of())) {
      RowScan scan = view.rows(true, true);
      assertThrows(CancellationException.class, () -> scan.next(SMALL, () -> true));
      assertEquals(1, scan.next(SMALL, () -> false).rows().size());
    }
  }

  @Test
  void whatIsClosedSaysSo() throws Exception {
    put(0, 0, "a", 1);
    CollectionView view = docs.view(Map.of());
    RowScan scan = view.rows(true, true);
    view.close();
    view.close();
    assertThrows(IllegalStateException.class, () -> view.get("a"));
    assertThrows(IllegalStateException.class, () -> scan.next(SMALL, () -> false));
    store.close();
    assertThrows(IllegalStateException.class, () -> docs.view(Map.of()));
  }

  @Test
  void aViewOutlivesItsStore() throws Exception {
    put(0, 0, "a", 1);
    checkpoint();
    put(0, 1, "b", 1);
    try (CollectionView view = docs.view(Map.of())) {
      store.close();
      assertEquals(2, all(view.rows(true, true), SMALL).size());
    }
  }

  @Test
  void aViewOfAnEarlierPositionIsChecked() throws Exception {
    put(0, 0, "a", 1);
    put(0, 1, "b", 1);
    try (CollectionView view = docs.view(Map.of(0, 1L))) {
      assertEquals(1, all(view.rows(true, true), SMALL).size());
      assertEquals(Map.of(0, 1L), nextOffsets(view));
    }
    assertThrows(PositionUnavailableException.class, () -> docs.view(Map.of(0, 3L)));
    assertThrows(IllegalArgumentException.class, () -> docs.view(Map.of(7, 1L)));
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (CollectionView view = docs.view(Map.of())) {
            view.search(KnnQuery.nearest(new float[4], 1).asOf(Map.of(0, 1L)));
          }
        });
  }

  @Test
  void aShardThatHasNeverBeenFedHasNoPosition() throws Exception {
    docs.shard(3);
    try (CollectionView view = docs.view(Map.of())) {
      put(3, 0, "later", 1);
      checkpoint();
      assertEquals(Map.of(), view.position());
      assertEquals(List.of(), all(view.rows(true, true), SMALL));
    }
  }

  /** Pages of a search, put together, are the search; also where scores and even keys are equal. */
  @Test
  void pagesPutTogetherAreTheWhole() throws Exception {
    Random random = Trials.random(1);
    for (int i = 0; i < 300; i++) {
      int partition = i % 3;
      float value = random.nextInt(5) - 2;
      docs.shard(partition)
          .append(Records.upsert(i / 3, "key-" + i / 3, new float[] {value, 0, 0, 0}, ""), 0);
      if (i == 150) {
        checkpoint();
      }
    }
    KnnQuery query = KnnQuery.nearest(new float[] {1, 0, 0, 0}, 1_000);
    try (CollectionView view = docs.view(Map.of())) {
      List<String> whole = places(view.search(query).hits());
      assertEquals(300, new HashSet<>(whole).size());
      List<String> pages = new ArrayList<>();
      KnnQuery page = KnnQuery.nearest(query.vector(), 11);
      List<Hit> hits = view.search(page).hits();
      while (!hits.isEmpty()) {
        pages.addAll(places(hits));
        hits = view.search(page.after(HitPlace.of(hits.getLast()))).hits();
      }
      assertEquals(whole, pages, Trials::rerun);
    }
  }

  private static List<String> places(List<Hit> hits) {
    return hits.stream().map(hit -> HitPlace.of(hit).toString()).toList();
  }

  /** A view beside a writer shows all below its position and nothing above it. */
  @Test
  void aViewIsExactlyItsPosition() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Shard shard = docs.shard(0);
    try (ExecutorService writers = Executors.newSingleThreadExecutor()) {
      Future<?> writing =
          writers.submit(() -> {
            float[] vector = {1, 2, 3, 4};
            for (long offset = 0; offset < 500_000 && !done.get(); offset++) {
              AppendResult result =
                  shard.append(Records.upsert(offset, "key-" + offset, vector, ""), 0);
              assertEquals(new AppendResult.Appended(), result);
            }
            return null;
          });
      try {
        for (int i = 0; i < 2_000; i++) {
          try (CollectionView view = docs.view(Map.of())) {
            long nextOffset = nextOffsets(view).getOrDefault(0, 0L);
            assertEquals(nextOffset > 0, view.get("key-" + (nextOffset - 1)).isPresent());
            assertEquals(Optional.empty(), view.get("key-" + nextOffset));
            if (i % 500 == 0) {
              assertEquals(nextOffset, all(view.rows(false, false), LARGE).size());
              checkpoint();
            }
          }
        }
      } finally {
        done.set(true);
      }
      writing.get(60, TimeUnit.SECONDS);
    }
  }

  private static Map<Integer, Long> nextOffsets(CollectionView view) {
    Map<Integer, Long> offsets = new TreeMap<>();
    view.position().forEach((partition, at) -> offsets.put(partition, at.nextOffset()));
    return offsets;
  }

  private static List<StoredRow> all(RowScan scan, BlockLimit limit) throws IOException {
    List<StoredRow> rows = new ArrayList<>();
    RowScan.Block block;
    do {
      block = scan.next(limit, () -> false);
      rows.addAll(block.rows());
    } while (!block.last());
    return rows;
  }

  private void put(int partition, long offset, String key, float value) throws IOException {
    docs.shard(partition)
        .append(Records.upsert(offset, key, new float[] {value, 1, 1, 1}, "at " + offset % 10), 0);
  }

  private void checkpoint() throws Exception {
    assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
  }
}
