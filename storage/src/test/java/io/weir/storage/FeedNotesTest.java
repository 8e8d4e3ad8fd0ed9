package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.check.Depth;
import io.weir.storage.check.Progress;
import io.weir.storage.check.ReadThrottle;
import io.weir.storage.check.StoreInspector;
import io.weir.storage.check.StoreVerifier;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Fault;
import io.weir.storage.testing.Faults;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeedNotesTest {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.DOT);
  private static final Instant NOW = Instant.ofEpochMilli(System.currentTimeMillis());
  private static final String LONGEST = "ü".repeat(100);

  private final MemoryFiles files = new MemoryFiles();

  private VectorStore open() throws IOException {
    return ThreadlessStore.open(ROOT, StoreOptions.defaults(), files);
  }

  private static Shard shard(VectorStore store) throws IOException {
    return store.declare("docs", SCHEMA).shard(0);
  }

  private static boolean checkpointWrites(VectorStore store) throws Exception {
    CheckpointReport report = store.checkpoint().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
    return !report.shards().isEmpty();
  }

  private static void append(Shard shard, long offset) {
    shard.append(Records.upsert(offset, "key " + offset, new float[] {1, 2, 3}, ""), 7);
  }

  private void assertWhole() throws IOException {
    var report =
        new StoreVerifier(files, ROOT, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE).verify();
    assertEquals(List.of(), report.findings());
  }

  private FeedNotes inspected() throws IOException {
    return new StoreInspector(files, ROOT)
        .inspect()
        .collections()
        .getFirst()
        .shards()
        .getFirst()
        .feedNotes();
  }

  @Test
  void whatIsNotedBecomesDurableWithACheckpoint() throws Exception {
    Gap gap = new Gap(2, 500, NOW, LONGEST);
    FeedNotes expected = new FeedNotes(Optional.of(NOW), OptionalInt.of(8), List.of(gap));
    try (VectorStore store = open()) {
      Shard shard = shard(store);
      assertEquals(FeedNotes.NONE, shard.feedNotes());
      append(shard, 0);
      append(shard, 1);
      shard.topicPartitions(8);
      shard.acceptGap(gap);
      shard.caughtUp(NOW);
      assertEquals(expected, shard.feedNotes());
      assertEquals(
          expected, store.stats().collections().getFirst().shards().getFirst().feedNotes());
      assertTrue(checkpointWrites(store));
    }
    try (VectorStore store = open()) {
      assertEquals(expected, shard(store).feedNotes());
      assertEquals(
          Optional.of(new SourcePosition(500, SourcePosition.UNKNOWN_EPOCH)),
          shard(store).durablePosition());
      append(shard(store), 500);
      assertTrue(checkpointWrites(store));
      store.compact().get(60, TimeUnit.SECONDS);
    }
    assertWhole();
    assertEquals(expected, inspected());
    try (VectorStore store = open()) {
      assertEquals(expected, shard(store).feedNotes());
    }
  }

  @Test
  void whatIsNotDurableIsForgotten() throws Exception {
    try (VectorStore store = open()) {
      append(shard(store), 0);
      checkpointWrites(store);
      shard(store).acceptGap(new Gap(1, 9, NOW, "retention"));
      shard(store).caughtUp(NOW);
    }
    try (VectorStore store = open()) {
      assertEquals(FeedNotes.NONE, shard(store).feedNotes());
      assertEquals(Optional.of(new SourcePosition(1, 7)), shard(store).appliedPosition());
    }
    assertEquals(FeedNotes.NONE, inspected());
  }

  @Test
  void aShardThatIsMerelyCaughtUpWritesOnceInTenMinutes() throws Exception {
    try (VectorStore store = open()) {
      append(shard(store), 0);
      assertTrue(checkpointWrites(store));
      shard(store).caughtUp(NOW.minus(Duration.ofMinutes(11)));
      assertTrue(checkpointWrites(store), "no time was durable");
      assertFalse(checkpointWrites(store), "nothing is new");
      shard(store).caughtUp(NOW);
      assertTrue(checkpointWrites(store), "what is durable is old");
      shard(store).caughtUp(NOW.plusMillis(1));
      assertFalse(checkpointWrites(store), "what is durable is new");
    }
    try (VectorStore store = open()) {
      assertEquals(Optional.of(NOW), shard(store).feedNotes().caughtUpAt());
      shard(store).caughtUp(NOW.plusMillis(2));
      assertFalse(checkpointWrites(store), "a restart makes nothing new");
      append(shard(store), 1);
      assertTrue(checkpointWrites(store));
    }
    assertEquals(Optional.of(NOW.plusMillis(2)), inspected().caughtUpAt());
  }

  @Test
  void aClockThatWasSetBackDoesNotKeepATimeThatIsStillToCome() throws Exception {
    try (VectorStore store = open()) {
      append(shard(store), 0);
      shard(store).caughtUp(NOW.plus(Duration.ofDays(1)));
      assertTrue(checkpointWrites(store));
      shard(store).caughtUp(NOW);
      assertTrue(checkpointWrites(store));
    }
    assertEquals(Optional.of(NOW), inspected().caughtUpAt());
  }

  @Test
  void aNewNumberOfPartitionsIsWrittenAlone() throws Exception {
    try (VectorStore store = open()) {
      Shard shard = shard(store);
      shard.topicPartitions(4);
      assertFalse(checkpointWrites(store), "a shard that was never fed has no files");
      append(shard, 0);
      assertTrue(checkpointWrites(store));
      shard.topicPartitions(4);
      assertFalse(checkpointWrites(store));
      shard.topicPartitions(6);
      assertTrue(checkpointWrites(store));
      assertThrows(IllegalArgumentException.class, () -> shard.topicPartitions(0));
    }
    assertEquals(OptionalInt.of(6), inspected().topicPartitions());
  }

  @Test
  void aGapBeginsWhereTheShardStands() throws Exception {
    try (VectorStore store = open()) {
      Shard shard = shard(store);
      append(shard, 0);
      for (long from : new long[] {0, 2}) {
        assertThrows(
            IllegalArgumentException.class, () -> shard.acceptGap(new Gap(from, 9, NOW, "")));
      }
      assertEquals(FeedNotes.NONE, shard.feedNotes());
      shard.acceptGap(new Gap(1, 9, NOW, ""));
      assertTrue(checkpointWrites(store), "nothing but a gap is new");
      assertEquals(9, shard.durablePosition().orElseThrow().nextOffset());
    }
  }

  /** A frozen buffer that could not be written is written with what was known when it froze. */
  @Test
  void notesAreNotAheadOfTheRowsThatTheyCameWith() throws Exception {
    try (VectorStore store = open()) {
      Shard shard = shard(store);
      append(shard, 0);
      files.setFaults((_, call) -> isWrite(call) ? Fault.ERROR : Fault.NONE);
      assertFalse(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      append(shard, 1);
      shard.acceptGap(new Gap(2, 9, NOW, ""));
      shard.caughtUp(NOW);
      AtomicInteger manifests = new AtomicInteger();
      files.setFaults((_, call) ->
          isWrite(call) && isManifest(call) && manifests.incrementAndGet() > 2
              ? Fault.ERROR
              : Fault.NONE);
      assertFalse(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      files.setFaults(Faults.NONE);
      assertEquals(1, shard.durablePosition().orElseThrow().nextOffset());
    }
    assertEquals(FeedNotes.NONE, inspected());
  }

  private static boolean isWrite(Operation call) {
    return call instanceof Operation.Write;
  }

  private static boolean isManifest(Operation call) {
    return call.path().toString().contains("manifest");
  }

  @Test
  void theOldestOfTooManyGapsBecomeOne() {
    FeedNotes notes = FeedNotes.NONE;
    for (int i = 0; i <= FeedNotes.MAX_GAPS; i++) {
      notes = notes.withGap(new Gap(10L * i, 10L * i + 5, NOW.plusMillis(i), "gap " + i));
    }
    assertEquals(FeedNotes.MAX_GAPS, notes.gaps().size());
    assertEquals(new Gap(0, 15, NOW.plusMillis(1), "gap 1"), notes.gaps().getFirst());
    assertEquals(new Gap(20, 25, NOW.plusMillis(2), "gap 2"), notes.gaps().get(1));
  }

  @Test
  void aGapHasLimits() {
    assertThrows(IllegalArgumentException.class, () -> new Gap(-1, 1, NOW, ""));
    assertThrows(IllegalArgumentException.class, () -> new Gap(1, 1, NOW, ""));
    assertThrows(IllegalArgumentException.class, () -> new Gap(0, 1, NOW, LONGEST + "a"));
    assertThrows(ArithmeticException.class, () -> new Gap(0, 1, Instant.MAX, ""));
  }
}
