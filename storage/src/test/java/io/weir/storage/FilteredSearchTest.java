package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.SearchResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.TextFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a filter costs and spares: payloads that are read, rows that are scored, bytes of files. */
@Timeout(120)
class FilteredSearchTest {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(256, Metric.DOT);

  /** Vectors of a chunk fill some pieces of 256 KiB. */
  private static final int ROWS = 1_000;

  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withCompaction(CompactionOptions.defaults().withAutomatic(false).withBytesPerSecond(0));

  private final AtomicInteger reads = new AtomicInteger();
  private final DeclaredFields counting =
      new DeclaredFields(
          TextFields.DECLARED.fields(),
          (payload, values) -> {
            reads.incrementAndGet();
            TextFields.DECLARED.reader().read(payload, values);
          });
  private MemoryFiles files = new MemoryFiles();
  private VectorStore store;
  private VectorCollection docs;
  private long offset;

  @BeforeEach
  void open() throws IOException {
    store = ThreadlessStore.open(ROOT, OPTIONS, files);
    docs = store.declare("docs", SCHEMA, counting);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void fill(String payload) throws IOException {
    for (int row = 0; row < ROWS; row++) {
      float[] vector = new float[SCHEMA.dimension()];
      vector[0] = offset;
      docs.shard(0).append(Records.upsert(offset, "key-" + offset, vector, payload), 0);
      offset++;
    }
  }

  private void checkpoint() throws Exception {
    assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
  }

  private static KnnQuery query() {
    float[] vector = new float[SCHEMA.dimension()];
    vector[0] = 1;
    return KnnQuery.nearest(vector, 10);
  }

  private SearchResult search(Filter filter) throws IOException {
    return docs.search(query().filter(filter));
  }

  @Test
  void aPayloadIsReadOnceWhenItComesAndNeverAgain() throws Exception {
    fill("a");
    assertEquals(ROWS, reads.get());
    assertEquals(ROWS, search(TextFields.is("a")).scannedRows());
    checkpoint();
    assertEquals(ROWS, search(TextFields.is("a")).scannedRows());
    fill("b");
    checkpoint();
    assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
    assertEquals(ROWS, search(TextFields.has('b')).scannedRows());
    assertEquals(2 * ROWS, reads.get());
  }

  @Test
  void afterARestartRowsHaveTheFieldsThatAreDeclaredThen() throws Exception {
    fill("a");
    checkpoint();
    close();
    open();
    fill("b");
    assertEquals(2 * ROWS, reads.get());
    assertEquals(ROWS, search(TextFields.has('b')).scannedRows());
    assertEquals(2 * ROWS, reads.get());
  }

  @Test
  void whatHasNoColumnIsReadFromPayloadsOnceForEqualFilters() throws Exception {
    docs = store.declare("docs", SCHEMA);
    fill("a");
    checkpoint();
    fill("b");
    assertEquals(0, reads.get());
    docs = store.declare("docs", SCHEMA, counting);
    List<KnnQuery> queries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      // Two conditions in one payload, equal filters in three queries.
      queries.add(
          query().filter(new Filter.Any(List.of(TextFields.is("b"), TextFields.isLongAs(9)))));
    }
    for (SearchResult result : docs.search(queries)) {
      assertEquals(10, result.hits().size());
      assertEquals(ROWS, result.scannedRows());
    }
    assertEquals(2 * ROWS, reads.get());
    // Only what may still count is read.
    search(
        new Filter.All(List.of(TextFields.is("b"), new Filter.Offsets(OptionalInt.empty(), 0, 7))));
    assertEquals(2 * ROWS + 7, reads.get());
  }

  /** Values of all rows of a block, held together, would be twice the heap of a test. */
  @Test
  void valuesOfOnePayloadAreHeldAtATime() throws Exception {
    docs = store.declare("docs", SCHEMA);
    fill("a");
    checkpoint();
    fill("b");
    List<Field> fields = new ArrayList<>();
    for (int field = 0; field < 8; field++) {
      fields.add(new Field("field-" + field, FieldType.KEYWORD));
    }
    byte[] keyword = new byte[Field.MAX_KEYWORD_BYTES];
    docs =
        store.declare(
            "docs",
            SCHEMA,
            new DeclaredFields(
                fields,
                (_, values) -> {
                  reads.incrementAndGet();
                  for (int field = 0; field < fields.size(); field++) {
                    for (int value = 0; value < Field.MAX_VALUES; value++) {
                      values.keyword(field, keyword, 0, keyword.length);
                    }
                  }
                }));
    Filter filter =
        new Filter.All(
            List.of(
                new Filter.Exists("field-0"),
                new Filter.Any(
                    List.of(
                        new Filter.Not(new Filter.Exists("field-3")),
                        new Filter.Offsets(OptionalInt.empty(), 0, 100),
                        new Filter.Exists("field-7")))));
    assertEquals(2 * ROWS, search(filter).scannedRows());
    assertEquals(2 * ROWS, reads.get(), "each once, although three conditions ask");
    try (CollectionView view = docs.view(Map.of())) {
      assertEquals(2 * ROWS, view.count(filter));
    }
  }

  /** So whoever reads it looks at the clock, and holds nothing of the shard, between blocks. */
  @Test
  void aScanThatFindsLittleIsManyBlocks() throws Exception {
    VectorSchema small = new VectorSchema(2, Metric.DOT);
    VectorCollection many = store.declare("many", small);
    int rows = 250_000;
    for (int row = 0; row < rows; row++) {
      String payload = row % 100_000 == 77_777 ? "wanted" : "other";
      AppendResult appended =
          many.shard(0).append(Records.upsert(row, "key-" + row, new float[2], payload), 0);
      assertEquals(new AppendResult.Appended(), appended);
      if (row == 150_000) {
        checkpoint();
      }
    }
    many = store.declare("many", small, counting);
    RowScan.BlockLimit limit = new RowScan.BlockLimit(1_000, 128 << 10, 16_384);
    try (CollectionView view = many.view(Map.of())) {
      RowScan scan = view.rows(false, false, TextFields.is("wanted"));
      List<Long> found = new ArrayList<>();
      int blocks = 0;
      RowScan.Block block;
      do {
        reads.set(0);
        block = scan.next(limit, () -> false);
        assertTrue(reads.get() <= limit.looks(), () -> reads.get() + " rows in a block");
        block.rows().forEach(row -> found.add(row.offset()));
        blocks++;
      } while (!block.last());
      assertEquals(List.of(77_777L, 177_777L), found);
      assertEquals(rows / limit.looks() + 1, blocks);
    }
  }

  /** A few large payloads take as long to read as many small ones. */
  @Test
  void aBlockEndsWhenItsFilterHasReadManyBytes() throws Exception {
    docs = store.declare("docs", SCHEMA);
    for (int i = 0; i < 3; i++) {
      fill("x".repeat(40_000));
    }
    docs = store.declare("docs", SCHEMA, counting);
    RowScan.BlockLimit limit = new RowScan.BlockLimit(10_000, 1 << 20, 10_000);
    try (CollectionView view = docs.view(Map.of())) {
      RowScan scan = view.rows(false, false, TextFields.is("nothing"));
      assertEquals(new RowScan.Block(List.of(), false), scan.next(limit, () -> false));
      // Twice 1,024 rows of 40,000 bytes are more than 64 MiB.
      assertEquals(2_048, reads.getAndSet(0));
      assertEquals(new RowScan.Block(List.of(), true), scan.next(limit, () -> false));
      assertEquals(3 * ROWS - 2_048, reads.get());
    }
  }

  @Test
  void aMergeWritesTheColumnsThatAreDeclaredThen() throws Exception {
    docs = store.declare("docs", SCHEMA);
    for (int chunk = 0; chunk < 16; chunk++) {
      fill(chunk % 2 == 0 ? "a" : "bb");
      checkpoint();
    }
    docs = store.declare("docs", SCHEMA, counting);
    assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
    int merging = reads.getAndSet(0);
    assertTrue(merging >= 16 * ROWS, () -> merging + " reads");
    assertEquals(8 * ROWS, search(TextFields.isLongAs(2)).scannedRows());
    assertEquals(0, reads.get());
    assertTrue(store.stats().total().content().fieldBytes() > 0);
  }

  /** Whoever shares a pass with such a search is answered. */
  @Test
  void aReaderThatFailsEndsTheSearchesThatNeedIt() throws Exception {
    docs = store.declare("docs", SCHEMA);
    fill("a");
    RuntimeException mistake = new IllegalStateException("mistake");
    docs =
        store.declare(
            "docs",
            SCHEMA,
            new DeclaredFields(
                TextFields.DECLARED.fields(),
                (_, _) -> {
                  throw mistake;
                }));
    assertEquals(
        mistake, assertThrows(IllegalStateException.class, () -> search(TextFields.is("a"))));
    assertEquals(10, docs.search(query()).hits().size());
    checkpoint();
    assertEquals(1, search(new Filter.Keys(List.of("key-7"))).scannedRows());
  }

  @Test
  void figuresTellWhatFieldsTake() throws Exception {
    fill("a");
    long hot = store.stats().total().content().fieldBytes();
    assertTrue(hot >= ROWS * 30L, () -> hot + " bytes");
    assertTrue(hot <= store.stats().total().memory().hotAllocatedBytes());
    checkpoint();
    // Each row has the same values: three entries, their names, one keyword, and zeros.
    assertEquals(
        (3 * 56L + "textlengthbytes".length() + 1 + 1 + 8 + 3) / 4 * 4,
        store.stats().total().content().fieldBytes());
  }

  /** Damages a byte of the only segment file, and opens the store again. */
  private void damage(int at) throws IOException {
    store.close();
    Path segment =
        files.contents().keySet().stream()
            .filter(path -> path.toString().endsWith(".segment"))
            .findFirst()
            .orElseThrow();
    byte[] bytes = Objects.requireNonNull(files.contents().get(segment)).clone();
    bytes[at] ^= 1;
    files = files.with(segment, bytes);
    open();
  }

  @Test
  void vectorsOfRowsThatDoNotCountAreNotRead() throws Exception {
    fill("a");
    fill("b");
    checkpoint();
    // A component of the first row.
    damage(128 + 192 + 8);
    assertEquals(ROWS, search(TextFields.is("b")).scannedRows());
    assertEquals(ROWS, search(new Filter.Not(TextFields.is("a"))).scannedRows());
    assertThrows(CorruptFileException.class, () -> search(TextFields.is("a")));
    try (CollectionView view = docs.view(Map.of())) {
      assertEquals(ROWS, view.count(TextFields.is("a")));
    }
  }

  @Test
  void aChunkThatCannotHaveWhatIsWantedIsNotRead() throws Exception {
    fill("a");
    checkpoint();
    fill("b");
    checkpoint();
    store.close();
    Path segment =
        files.contents().keySet().stream()
            .filter(path -> path.toString().endsWith(".segment"))
            .findFirst()
            .orElseThrow();
    byte[] bytes = Objects.requireNonNull(files.contents().get(segment)).clone();
    // Every piece of the first chunk: opening it reads its header, footer and checks.
    for (int at = 128 + 192; at < 128 + 4 * SCHEMA.dimension() * ROWS; at += 256 << 10) {
      bytes[at] ^= 1;
    }
    bytes[128 + 192 + 4 * SCHEMA.dimension() * ROWS] ^= 1;
    files = files.with(segment, bytes);
    open();
    assertEquals(ROWS, search(new Filter.Offsets(OptionalInt.of(0), ROWS, 2 * ROWS)).scannedRows());
    assertEquals(0, search(new Filter.Timestamps(1_000 + 66_000, Long.MAX_VALUE)).scannedRows());
    assertThrows(CorruptFileException.class, () -> search(TextFields.is("b")));
  }

  @Test
  void countsAndScansCanBeCancelled() throws Exception {
    fill("a");
    checkpoint();
    try (CollectionView view = docs.view(Map.of())) {
      assertThrows(
          CancellationException.class, () -> view.count(TextFields.is("nothing"), () -> true));
      RowScan scan = view.rows(false, false, TextFields.is("nothing"));
      RowScan.BlockLimit limit = new RowScan.BlockLimit(10, 1_000, ROWS);
      assertThrows(CancellationException.class, () -> scan.next(limit, () -> true));
      assertEquals(new RowScan.Block(List.of(), true), scan.next(limit, () -> false));
      assertThrows(IllegalArgumentException.class, () -> view.count(new Filter.Exists("nowhere")));
    }
  }

  /** What a view may be filtered by does not change while it is held. */
  @Test
  void aViewKeepsTheFieldsThatItWasMadeWith() throws Exception {
    fill("a");
    try (CollectionView view = docs.view(Map.of())) {
      store.declare(
          "docs",
          SCHEMA,
          new DeclaredFields(List.of(new Field("text", FieldType.LONG)), (_, _) -> {}));
      checkpoint();
      assertEquals(ROWS, view.count(TextFields.is("a")));
      assertEquals(10, view.search(query().filter(TextFields.has('a'))).hits().size());
      assertThrows(IllegalArgumentException.class, () -> search(TextFields.is("a")));
      assertEquals(0, search(new Filter.Exists("text")).scannedRows());
    }
  }
}
