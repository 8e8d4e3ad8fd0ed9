package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.check.Depth;
import io.weir.storage.check.Progress;
import io.weir.storage.check.ReadThrottle;
import io.weir.storage.check.StoreVerifier;
import io.weir.storage.check.VerifyReport;
import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldValue;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Filter;
import io.weir.storage.query.Hit;
import io.weir.storage.query.HitPlace;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.FieldPayloads;
import io.weir.storage.testing.FilterModel;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.RandomFields;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One random history of a collection with fields: rows, checkpoints, merges, restarts and other
 * fields, and filters on what there is now, was at a position, or is held by a view.
 */
final class FilteredHistory {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(2, Metric.DOT);
  private static final int HISTORY = 150;

  private final Random random;
  private final MemoryFiles files = new MemoryFiles();
  private final StoreOptions options;
  private final RandomFields fields;
  private final int shards;
  private final int keys;
  private final List<List<Logged>> logs = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private List<Field> declared = List.of();
  private VectorStore store;
  private VectorCollection docs;

  /** A record, and what it was made of; no vector for a delete. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Logged(VectorRecord record, float[] vector, FilterModel.Row row) {}

  /** A view, and the rows that it shows. */
  private record Held(CollectionView view, List<Field> declared, List<Logged> rows) {}

  FilteredHistory(Random random) throws IOException {
    this.random = random;
    this.fields = new RandomFields(random);
    this.shards = 1 + random.nextInt(2);
    this.keys = random.nextBoolean() ? 30 : 800;
    this.options =
        StoreOptions.defaults()
            .withHotBufferBytes(8 << 20)
            .withSegmentBytes(1 + random.nextInt(60_000))
            .withCompaction(CompactionOptions.defaults().withAutomatic(false).withBytesPerSecond(0))
            .withHistory(new HistoryLimits(random.nextBoolean() ? HISTORY : 0, Duration.ZERO));
    for (int shard = 0; shard < shards; shard++) {
      logs.add(new ArrayList<>());
    }
    this.store = ThreadlessStore.open(ROOT, options, files);
    this.docs = declare();
  }

  private VectorCollection declare() {
    if (declared.isEmpty() || random.nextInt(3) == 0) {
      declared = fields.fields();
    }
    return store.declare("docs", SCHEMA, FieldPayloads.declare(declared));
  }

  void run() throws Exception {
    try {
      for (int step = 10 + random.nextInt(15); step > 0; step--) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> checkpoint();
          case 3 -> assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
          case 4 -> restart();
          case 5 -> docs = declare();
          case 6 -> hold();
          default -> append(1 + random.nextInt(100));
        }
        assertNow();
        assertPast();
        for (Held one : held) {
          assertShows(one);
        }
      }
      checkpoint();
      assertNow();
      assertWhole();
    } finally {
      held.forEach(one -> one.view().close());
      store.close();
    }
  }

  private void append(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      int number = random.nextInt(keys);
      int shard = number % shards;
      long offset = logs.get(shard).size();
      long timestamp = random.nextInt(5) == 0 ? -1 : offset + random.nextInt(20);
      MemorySegment key = Records.bytes(key(number));
      Logged logged;
      if (random.nextInt(6) == 0) {
        FilterModel.Row row = new FilterModel.Row(key(number), shard, offset, timestamp, Map.of());
        logged = new Logged(new VectorRecord.Delete(offset, timestamp, key), new float[0], row);
      } else {
        Map<String, List<FieldValue>> values = fields.values();
        float[] vector = {random.nextInt(9) - 4, random.nextInt(9) - 4};
        logged =
            new Logged(
                new VectorRecord.Upsert(
                    offset,
                    timestamp,
                    key,
                    MemorySegment.ofArray(vector),
                    FieldPayloads.encode(values)),
                vector,
                new FilterModel.Row(key(number), shard, offset, timestamp, values));
      }
      logs.get(shard).add(logged);
      apply(shard, logged.record());
    }
  }

  private static String key(int number) {
    return "key-" + number + (number % 7 == 0 ? "-🦫" : "");
  }

  private void apply(int shard, VectorRecord record) throws Exception {
    AppendResult result = docs.shard(shard).append(record, 1);
    if (result instanceof AppendResult.Full) {
      checkpoint();
      result = docs.shard(shard).append(record, 1);
    }
    assertInstanceOf(AppendResult.Appended.class, result);
  }

  private void checkpoint() throws Exception {
    CheckpointReport report = store.checkpoint().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
  }

  private void restart() throws Exception {
    held.forEach(one -> one.view().close());
    held.clear();
    store.close();
    store = ThreadlessStore.open(ROOT, options, files);
    docs = declare();
    for (int shard = 0; shard < shards; shard++) {
      long from = position(shard);
      for (Logged logged : logs.get(shard)) {
        if (logged.record().offset() >= from) {
          apply(shard, logged.record());
        }
      }
    }
  }

  private long position(int shard) throws IOException {
    return docs.shard(shard).appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
  }

  private void hold() throws IOException {
    if (held.size() < 2) {
      held.add(new Held(docs.view(Map.of()), declared, rows(Map.of())));
    } else {
      held.remove(random.nextInt(held.size())).view().close();
    }
  }

  /** The rows that are live at a position of each shard. */
  private List<Logged> rows(Map<Integer, Long> positions) {
    Map<String, Logged> rows = new HashMap<>();
    for (int shard = 0; shard < shards; shard++) {
      for (Logged logged : logs.get(shard)) {
        if (logged.record().offset() < positions.getOrDefault(shard, Long.MAX_VALUE)) {
          if (logged.record() instanceof VectorRecord.Delete) {
            rows.remove(logged.row().key());
          } else {
            rows.put(logged.row().key(), logged);
          }
        }
      }
    }
    return List.copyOf(rows.values());
  }

  private Filter filter(List<Field> over) {
    long most = logs.stream().mapToInt(List::size).max().orElse(0);
    return fields.filter(over, 3, () -> key(random.nextInt(keys)), most);
  }

  private static List<Logged> through(List<Logged> rows, Filter filter, List<Field> over) {
    return rows.stream().filter(one -> FilterModel.matches(filter, one.row(), over)).toList();
  }

  private static double score(float[] query, Logged one) {
    return (double) query[0] * one.vector()[0] + (double) query[1] * one.vector()[1];
  }

  /** Nearest first, those of the same score in the order of their keys. */
  private static List<String> ranked(float[] query, List<Logged> rows) {
    Comparator<Logged> nearest = Comparator.comparingDouble(one -> 0 - score(query, one));
    return rows.stream()
        .sorted(nearest.thenComparing(FilteredHistory::keyBytes, Arrays::compareUnsigned))
        .map(FilteredHistory::text)
        .toList();
  }

  private static byte[] keyBytes(Logged one) {
    return one.row().key().getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Logged one) {
    return one.row().key() + "@" + one.row().offset();
  }

  private static String text(StoredRow row) {
    return row.key() + "@" + row.offset();
  }

  private static List<String> text(SearchResult result) {
    return result.hits().stream().map(hit -> text(hit.row())).toList();
  }

  private float[] vector() {
    return new float[] {random.nextInt(5) - 2, random.nextInt(5) - 2};
  }

  /** Several queries in one pass, some with the same filter, some without. */
  private void assertNow() throws IOException {
    List<Logged> rows = rows(Map.of());
    List<KnnQuery> queries = new ArrayList<>();
    List<List<String>> expected = new ArrayList<>();
    Filter filter = filter(declared);
    for (int i = 0; i < 4; i++) {
      filter = random.nextInt(3) == 0 ? filter : filter(declared);
      int k = random.nextBoolean() ? 1 + random.nextInt(10) : KnnQuery.MAX_K;
      float[] vector = vector();
      KnnQuery query = KnnQuery.nearest(vector, k);
      boolean filtered = random.nextInt(6) > 0;
      queries.add(filtered ? query.filter(filter) : query);
      List<Logged> through = filtered ? through(rows, filter, declared) : rows;
      expected.add(ranked(vector, through).stream().limit(k).toList());
    }
    List<SearchResult> results = docs.search(queries);
    for (int i = 0; i < results.size(); i++) {
      String detail = queries.get(i).filter() + " of " + declared;
      assertEquals(expected.get(i), text(results.get(i)), detail);
    }
    try (CollectionView view = docs.view(Map.of())) {
      Filter counted = filter(declared);
      List<Logged> through = through(rows, counted, declared);
      assertEquals(through.size(), view.count(counted), counted + " of " + declared);
      assertEquals(through.size(), scanned(view, counted).size(), counted + " of " + declared);
    }
  }

  private List<StoredRow> scanned(CollectionView view, Filter filter) throws IOException {
    RowScan scan = view.rows(false, false, filter);
    List<StoredRow> all = new ArrayList<>();
    RowScan.BlockLimit limit =
        new RowScan.BlockLimit(1 + random.nextInt(50), 1 << 20, 1 + random.nextInt(300));
    RowScan.Block block;
    do {
      block = scan.next(limit, () -> false);
      all.addAll(block.rows());
    } while (!block.last());
    return all;
  }

  private void assertPast() throws IOException {
    int shard = random.nextInt(shards);
    long newest = position(shard);
    if (newest == 0 || options.history().offsets() == 0) {
      return;
    }
    long asOf = Math.max(0, newest - random.nextInt(HISTORY / 2));
    Filter filter = filter(declared);
    float[] vector = vector();
    SearchResult found =
        docs.search(
            KnnQuery.nearest(vector, KnnQuery.MAX_K).filter(filter).asOf(Map.of(shard, asOf)));
    assertEquals(
        ranked(vector, through(rows(Map.of(shard, asOf)), filter, declared)),
        text(found),
        filter + " of " + declared + " as of " + asOf);
  }

  /** Page by page, and row by row in the order of partitions and offsets. */
  private void assertShows(Held one) throws IOException {
    Filter filter = filter(one.declared());
    String detail = filter + " of " + one.declared() + ", held";
    float[] vector = vector();
    List<Logged> through = through(one.rows(), filter, one.declared());
    List<String> paged = new ArrayList<>();
    KnnQuery query = KnnQuery.nearest(vector, 1 + random.nextInt(40)).filter(filter);
    List<Hit> hits = one.view().search(query).hits();
    while (!hits.isEmpty()) {
      hits.forEach(hit -> paged.add(text(hit.row())));
      hits = one.view().search(query.after(HitPlace.of(hits.getLast()))).hits();
    }
    assertEquals(ranked(vector, through), paged, detail);
    assertEquals(
        through.stream()
            .sorted(
                Comparator.comparingInt((Logged row) -> row.row().partition())
                    .thenComparingLong(row -> row.row().offset()))
            .map(FilteredHistory::text)
            .toList(),
        scanned(one.view(), filter).stream().map(FilteredHistory::text).toList(),
        detail);
    assertEquals(through.size(), one.view().count(filter), detail);
  }

  private void assertWhole() throws Exception {
    VerifyReport report =
        new StoreVerifier(files, ROOT, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE).verify();
    assertTrue(report.whole(), () -> report.findings().toString());
  }
}
