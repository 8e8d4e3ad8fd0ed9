package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.storage.query.HitBudget;
import io.weir.storage.query.HitsTooLargeException;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of hits are bounded by whoever asks. A row here has 1, 12 and 87: 100 in all. */
class HitBudgetTest {
  private static final String PAYLOAD = "x".repeat(87);

  @TempDir Path directory;
  private VectorStore store;
  private VectorCollection docs;

  @BeforeEach
  void open() throws IOException {
    store = VectorStore.open(directory, StoreOptions.defaults());
    docs = store.declare("docs", new VectorSchema(3, Metric.DOT));
    for (int i = 0; i < 5; i++) {
      docs.shard(0)
          .append(Records.upsert(i, Integer.toString(i), new float[] {1, 2, i}, PAYLOAD), 0);
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static KnnQuery nearest(int k) {
    return KnnQuery.nearest(new float[] {1, 1, 1}, k).withVector(true);
  }

  @Test
  void hitsThatFitAreReturned() throws IOException {
    assertEquals(3, docs.search(nearest(3).within(new HitBudget(300))).hits().size());
    assertThrows(
        HitsTooLargeException.class, () -> docs.search(nearest(3).within(new HitBudget(299))));
  }

  @Test
  void whatIsNotAskedForDoesNotCount() throws IOException {
    assertEquals(
        5, docs.search(nearest(5).withPayload(false).within(new HitBudget(65))).hits().size());
    assertEquals(
        5, docs.search(nearest(5).withVector(false).within(new HitBudget(440))).hits().size());
  }

  @Test
  void queriesShareABudget() throws IOException {
    HitBudget budget = new HitBudget(500);
    assertEquals(
        2, docs.search(List.of(nearest(2).within(budget), nearest(3).within(budget))).size());
    assertThrows(HitsTooLargeException.class, () -> docs.search(nearest(1).within(budget)));
  }
}
