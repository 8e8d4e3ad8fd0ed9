package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.CompactionReport.Merge;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.MergePolicy;
import io.weir.storage.segment.MergeResources;
import io.weir.storage.segment.SegmentSet;
import io.weir.storage.segment.Throttle;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.TextFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Merges of a collection that was found on the disk, before somebody declares it. */
@Timeout(120)
class UndeclaredMergeTest {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(4, Metric.DOT);
  private static final MergePolicy BACKGROUND = new MergePolicy(0.25, false, Set.of());

  /** One more than a full tail. */
  private static final int CHUNKS = 17;

  private static final int ROWS_OF_CHUNK = 10;

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
  private final StorageFiles files = new MemoryFiles();
  private VectorStore store;

  @BeforeEach
  void open() throws IOException {
    store = ThreadlessStore.open(ROOT, OPTIONS, files);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  /** Small chunks, more than a segment takes, then a restart. */
  private void fillAndReopen(DeclaredFields fields) throws Exception {
    Shard shard = store.declare("docs", SCHEMA, fields).shard(0);
    for (long offset = 0; offset < CHUNKS * ROWS_OF_CHUNK; offset++) {
      float[] vector = {offset, 0, 0, 0};
      shard.append(Records.upsert(offset, "key-" + offset, vector, "a"), 0);
      if (offset % ROWS_OF_CHUNK == ROWS_OF_CHUNK - 1) {
        assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      }
    }
    close();
    open();
    reads.set(0);
  }

  private List<Merge> compact() throws Exception {
    CompactionReport report = store.compact().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
    return report.merges();
  }

  /** What the store does by itself, once. */
  private Optional<Merge> mergeInTheBackground() throws IOException {
    LocalCollection docs = (LocalCollection) store.collection("docs").orElseThrow();
    ByteBuffer piece = ByteBuffer.allocateDirect(SegmentSet.pieceBytes());
    return docs.localShards()
        .getFirst()
        .merges()
        .merge(BACKGROUND, new MergeResources(Throttle.NONE, _ -> true, piece), new HashSet<>());
  }

  private long found() throws IOException {
    KnnQuery query = KnnQuery.nearest(new float[] {1, 0, 0, 0}, 10).filter(TextFields.is("a"));
    return store.collection("docs").orElseThrow().search(query).scannedRows();
  }

  @Test
  void whatHasColumnsWaitsForTheDeclaration() throws Exception {
    fillAndReopen(counting);
    assertEquals(List.of(), compact());
    assertEquals(Optional.empty(), mergeInTheBackground());
    assertFalse(store.collection("docs").orElseThrow().isDeclared());
    assertTrue(store.declare("docs", SCHEMA, counting).isDeclared());
    assertFalse(compact().isEmpty());
    assertEquals(CHUNKS * ROWS_OF_CHUNK, found());
    assertEquals(0, reads.get(), "no payload was read: each row has its columns");
  }

  @Test
  void whatHasNoColumnsIsMergedOnRequest() throws Exception {
    fillAndReopen(DeclaredFields.NONE);
    assertFalse(compact().isEmpty());
    assertEquals(1, store.stats().total().disk().chunks());
  }

  /** Rows that have no columns may be due to get some. */
  @Test
  void nothingIsMergedInTheBackground() throws Exception {
    fillAndReopen(DeclaredFields.NONE);
    assertEquals(Optional.empty(), mergeInTheBackground());
    store.declare("docs", SCHEMA, counting);
    assertEquals(16L * ROWS_OF_CHUNK, mergeInTheBackground().orElseThrow().keptRows());
    reads.set(0);
    assertEquals(CHUNKS * ROWS_OF_CHUNK, found());
    assertEquals(ROWS_OF_CHUNK, reads.get(), "but of the last chunk, which was not merged");
  }

  /** That there are no fields is a declaration, too. */
  @Test
  void columnsOfFieldsThatAreNoLongerDeclaredGo() throws Exception {
    fillAndReopen(counting);
    store.declare("docs", SCHEMA);
    assertFalse(compact().isEmpty());
    assertEquals(0, store.stats().total().content().fieldBytes());
  }

  @Test
  void theDeclarationWakesWhatHasWaited() throws Exception {
    fillAndReopen(counting);
    close();
    store =
        LocalVectorStore.open(
            ROOT,
            OPTIONS.withCompaction(CompactionOptions.defaults().withBytesPerSecond(0)),
            files);
    store.declare("docs", SCHEMA, counting);
    // Without being woken it looks once a minute.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (store.totals().merges().merges() == 0) {
      assertTrue(System.nanoTime() < deadline, "nothing was merged");
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertEquals(CHUNKS * ROWS_OF_CHUNK, found());
    assertEquals(0, reads.get());
  }
}
