package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.CheckpointReport.Trigger;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Recorded;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What background work leaves in a flight recording, and in the totals of the store. */
@Timeout(120)
class StoreEventsTest {
  private static final StoreOptions QUIET =
      StoreOptions.defaults()
          .withCheckpointSchedule(CheckpointSchedule.never())
          .withCompaction(CompactionOptions.defaults().withAutomatic(false));
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.DOT);

  @TempDir Path directory;

  private static void put(VectorStore store, int partition, long offset, String key)
      throws IOException {
    store
        .declare("docs", SCHEMA)
        .shard(partition)
        .append(Records.upsert(offset, key, new float[] {1, 2, offset}, ""), 0);
  }

  private static void checkpoint(VectorStore store) throws Exception {
    assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
  }

  private static RecordedEvent only(List<RecordedEvent> events) {
    assertEquals(1, events.size(), events::toString);
    return events.getFirst();
  }

  @Test
  void aCheckpointIsAnEvent() throws Exception {
    try (VectorStore store = VectorStore.open(directory, QUIET);
        Recorded recorded = new Recorded("weir.Checkpoint")) {
      put(store, 0, 0, "a");
      put(store, 1, 0, "b");
      checkpoint(store);
      // Nothing to write is nothing to record.
      checkpoint(store);

      RecordedEvent event = only(recorded.stop());
      CheckpointReport report = store.checkpoints().getFirst();
      assertEquals("REQUEST", event.getString("trigger"));
      assertEquals(2, event.getInt("shards"));
      assertEquals(0, event.getInt("failedShards"));
      assertEquals(2, event.getLong("rows"));
      assertEquals(report.bytes(), event.getLong("bytes"));
      assertFalse(event.getDuration().isNegative());
    }
  }

  @Test
  void aMergeIsAnEvent() throws Exception {
    try (VectorStore store = VectorStore.open(directory, QUIET);
        Recorded recorded = new Recorded("weir.Merge")) {
      for (int offset = 0; offset < 4; offset++) {
        put(store, 2, offset, "key" + offset % 2);
        checkpoint(store);
      }
      CompactionReport report = store.compact().get(60, TimeUnit.SECONDS);

      CompactionReport.Merge merge = report.merges().getFirst();
      RecordedEvent event = recorded.stop().getFirst();
      assertEquals("docs", event.getString("collection"));
      assertEquals(2, event.getInt("partition"));
      assertEquals(merge.keptRows(), event.getLong("keptRows"));
      assertEquals(merge.droppedRows(), event.getLong("droppedRows"));
      assertEquals(merge.bytesBefore(), event.getLong("bytesRead"));
      assertEquals(merge.bytesAfter(), event.getLong("bytesWritten"));
      assertEquals("", event.getString("failure"));
    }
  }

  @Test
  void aPassIsAnEventAndCountsItsSearches() throws Exception {
    try (VectorStore store = VectorStore.open(directory, QUIET);
        Recorded recorded = new Recorded("weir.SearchPass")) {
      put(store, 0, 0, "a");
      put(store, 1, 0, "b");
      put(store, 1, 1, "c");
      store.collection("docs").orElseThrow().search(KnnQuery.nearest(new float[3], 1));

      RecordedEvent event = only(recorded.stop());
      assertEquals(1, event.getInt("queries"));
      assertEquals(2, event.getInt("shards"));
      assertEquals(3, event.getLong("rows"));
      assertEquals(3, event.getInt("dimension"));
      assertTrue(event.getBoolean("complete"));
      assertEquals(new StoreTotals.PassTotals(1, 1), store.totals().passes());
    }
  }

  @Test
  void anOpenIsAnEvent() throws Exception {
    try (VectorStore store = VectorStore.open(directory, QUIET)) {
      put(store, 0, 0, "a");
      checkpoint(store);
    }
    try (Recorded recorded = new Recorded("weir.Recovery");
        VectorStore _ = VectorStore.open(directory, QUIET)) {
      RecordedEvent event = only(recorded.stop());
      assertEquals(1, event.getInt("collections"));
      assertEquals(1, event.getInt("shards"));
      assertEquals(1, event.getInt("chunks"));
      assertEquals(1, event.getLong("liveRows"));
      assertEquals(0, event.getInt("strayFiles"));
    }
  }

  @Test
  void totalsAddUpWhatReportsSay() throws Exception {
    try (VectorStore store = VectorStore.open(directory, QUIET)) {
      for (int offset = 0; offset < 4; offset++) {
        put(store, 0, offset, "key" + offset % 2);
        checkpoint(store);
      }
      StoreTotals.CheckpointTotals ran =
          Objects.requireNonNull(store.totals().checkpoints().get(Trigger.REQUEST));
      assertEquals(4, ran.runs());
      assertEquals(0, ran.failures());
      assertEquals(4, ran.rows());
      assertEquals(2, ran.deadMarks());
      assertEquals(
          store.checkpoints().stream().mapToLong(CheckpointReport::bytes).sum(), ran.bytes());
      assertEquals(
          store.checkpoints().stream()
              .map(CheckpointReport::took)
              .reduce(Duration.ZERO, Duration::plus),
          ran.took());
      assertEquals(
          0, Objects.requireNonNull(store.totals().checkpoints().get(Trigger.SIZE)).runs());

      CompactionReport report = store.compact().get(60, TimeUnit.SECONDS);
      StoreTotals.MergeTotals merged = store.totals().merges();
      assertEquals(report.merges().size(), merged.merges());
      assertEquals(0, merged.failures());
      assertEquals(2, merged.droppedRows());
      assertEquals(
          report.merges().stream().mapToLong(CompactionReport.Merge::bytesBefore).sum(),
          merged.bytesRead());
      assertFalse(merged.running());
    }
  }

  @Test
  void aListenerHearsOfEachCheckpointAndEachMergeUntilItIsRemoved() throws Exception {
    List<CheckpointReport> checkpoints = new CopyOnWriteArrayList<>();
    List<Duration> merges = new CopyOnWriteArrayList<>();
    StoreListener listener =
        new StoreListener() {
          @Override
          public void checkpointed(CheckpointReport report) {
            checkpoints.add(report);
            throw new IllegalStateException("a bug of whoever listens");
          }

          @Override
          public void merged(Duration took) {
            merges.add(took);
          }
        };
    try (VectorStore store = VectorStore.open(directory, QUIET)) {
      store.addListener(listener);
      for (int offset = 0; offset < 4; offset++) {
        put(store, 0, offset, "key" + offset % 2);
        checkpoint(store);
      }
      // Nothing to write is nothing to hear of.
      checkpoint(store);
      assertEquals(store.checkpoints(), checkpoints.reversed());
      assertEquals(4, checkpoints.size());

      store.compact().get(60, TimeUnit.SECONDS);
      StoreTotals.MergeTotals merged = store.totals().merges();
      assertEquals(merged.merges(), merges.size());
      assertEquals(merged.took(), merges.stream().reduce(Duration.ZERO, Duration::plus));

      store.removeListener(listener);
      put(store, 0, 4, "key");
      checkpoint(store);
      assertEquals(4, checkpoints.size());
    }
  }

  @Test
  void deadBytesAreTheVectorsOfDeadRows() throws Exception {
    try (VectorStore store = VectorStore.open(directory, QUIET)) {
      put(store, 0, 0, "a");
      checkpoint(store);
      assertEquals(0, store.stats().total().content().deadBytes());
      put(store, 0, 1, "a");
      checkpoint(store);
      Figures figures = store.stats().total();
      assertEquals(1, figures.rows().dead());
      assertEquals(SCHEMA.vectorBytes(), figures.content().deadBytes());
      assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
      assertEquals(0, store.stats().total().content().deadBytes());
    }
  }

  @Test
  void everyEventAndFieldHasALabelAndTheCategory() throws Exception {
    try (VectorStore _ = VectorStore.open(directory, QUIET);
        Recorded recorded = new Recorded("weir.Recovery")) {
      assertEquals(List.of(), recorded.stop());
      for (Class<? extends jdk.jfr.Event> type :
          List.of(CheckpointEvent.class, MergeEvent.class, RecoveryEvent.class)) {
        FlightRecorder.register(type);
        EventType event = EventType.getEventType(type);
        assertEquals(List.of("Weir"), event.getCategoryNames(), event.getName());
        assertFalse(event.getDescription().isEmpty(), event.getName());
        for (ValueDescriptor field : event.getFields()) {
          assertFalse(String.valueOf(field.getLabel()).isEmpty(), field.getName());
        }
      }
    }
  }
}
