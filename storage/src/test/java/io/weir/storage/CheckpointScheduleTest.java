package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.CheckpointReport.Trigger;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Fault;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of a whole store that come by themselves, and what is said of them. */
@Timeout(120)
class CheckpointScheduleTest {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(2, Metric.DOT);
  private static final int SHARDS = 8;

  private final MemoryFiles files = new MemoryFiles();

  /** Has one tick, at once when it is asked for; it comes when the test rings. */
  private static final class Bell implements CheckpointSchedule {
    private final CountDownLatch rung = new CountDownLatch(1);
    private volatile boolean armed;
    private volatile Instant tick = Instant.MAX;

    @Override
    public Optional<Instant> next(Instant after) {
      if (!armed) {
        return Optional.empty();
      }
      if (tick.equals(Instant.MAX)) {
        tick = after.plusNanos(1);
        return Optional.of(tick);
      }
      // Asked what comes after the tick, before its shards are written.
      try {
        assertTrue(rung.await(60, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return Optional.empty();
    }
  }

  private VectorStore open(StoreOptions options) throws IOException {
    return LocalVectorStore.open(ROOT, options, files);
  }

  private static void append(VectorStore store, int partition, long offset) throws IOException {
    assertEquals(
        new AppendResult.Appended(),
        store
            .declare("docs", SCHEMA)
            .shard(partition)
            .append(Records.upsert(offset, "k" + offset, new float[] {1, 2}, ""), 0));
  }

  private static CheckpointReport checkpoint(VectorStore store) throws Exception {
    return store.checkpoint().get(60, TimeUnit.SECONDS);
  }

  /** The test's time limit ends it. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aTickIsOneCheckpointOfEachShard(int jitterMillis) throws Exception {
    Bell bell = new Bell();
    StoreOptions options =
        StoreOptions.defaults()
            .withCheckpointSchedule(bell)
            .withCheckpointJitter(Duration.ofMillis(jitterMillis));
    try (VectorStore store = open(options)) {
      for (int partition = 0; partition < SHARDS; partition++) {
        append(store, partition, 0);
      }
      bell.armed = true;
      assertEquals(Trigger.REQUEST, checkpoint(store).trigger());
      for (int partition = 0; partition < SHARDS; partition++) {
        append(store, partition, 1);
      }
      bell.rung.countDown();
      await(() -> scheduledParts(store) >= SHARDS);

      List<CheckpointReport> scheduled = scheduled(store);
      assertEquals(SHARDS, scheduledParts(store));
      assertEquals(Optional.empty(), store.checkpointTimes().next());
      for (CheckpointReport run : scheduled) {
        for (ShardCheckpoint part : run.shards()) {
          LocalShard shard = (LocalShard) store.declare("docs", SCHEMA).shard(part.partition());
          long delayNanos = (long) (shard.checkpointShare() * jitterMillis * 1e6);
          assertEquals(2, part.durable().orElseThrow().nextOffset());
          assertFalse(
              run.startedAt().isBefore(bell.tick.plusNanos(delayNanos)),
              () -> part + " before its time");
        }
      }
      if (jitterMillis == 0) {
        assertEquals(1, scheduled.size());
      }
    }
  }

  private static int scheduledParts(VectorStore store) {
    return scheduled(store).stream().mapToInt(run -> run.shards().size()).sum();
  }

  private static List<CheckpointReport> scheduled(VectorStore store) {
    return store.checkpoints().stream().filter(run -> run.trigger() == Trigger.SCHEDULE).toList();
  }

  @Test
  void eachStoreSpreadsItsShardsInItsOwnWayAndKeepsToIt() throws Exception {
    StoreOptions options = StoreOptions.defaults();
    List<Double> shares;
    try (VectorStore store = open(options)) {
      shares = shares(store);
      assertEquals(SHARDS, shares.stream().distinct().count());
      assertTrue(shares.stream().allMatch(share -> share >= 0 && share < 1), shares::toString);
    }
    try (VectorStore again = open(options)) {
      assertEquals(shares, shares(again));
    }
    try (VectorStore other = LocalVectorStore.open(Path.of("/other"), options, files)) {
      assertEquals(
          2L * SHARDS, Stream.of(shares, shares(other)).flatMap(List::stream).distinct().count());
    }
  }

  private static List<Double> shares(VectorStore store) throws IOException {
    for (int partition = 0; partition < SHARDS; partition++) {
      append(store, partition, 0);
    }
    return store.declare("docs", SCHEMA).shards().stream()
        .map(shard -> ((LocalShard) shard).checkpointShare())
        .toList();
  }

  @Test
  void anIntervalIsKeptWithoutAnythingToWrite() throws Exception {
    try (VectorStore store =
        open(StoreOptions.defaults().withCheckpointInterval(Duration.ofMillis(1)))) {
      append(store, 0, 0);
      await(() -> !store.checkpoints().isEmpty());
      await(() -> store.checkpointTimes().lastSucceeded().isPresent());
      Instant first = store.checkpointTimes().lastSucceeded().orElseThrow();
      await(
          () -> store.checkpointTimes().lastSucceeded().orElseThrow().isAfter(first.plusMillis(5)));
      assertEquals(1, store.checkpoints().size());
      assertTrue(store.checkpointTimes().next().isPresent());
    }
  }

  @Test
  void timesAreThoseOfTheProcess() throws Exception {
    StoreOptions daily = StoreOptions.defaults().withCheckpointInterval(Duration.ofDays(1));
    try (VectorStore store = open(daily)) {
      CheckpointTimes before = store.checkpointTimes();
      assertEquals(Optional.empty(), before.lastStarted());
      assertEquals(Optional.empty(), before.lastSucceeded());
      Instant firstNext = before.next().orElseThrow();

      checkpoint(store);
      CheckpointTimes after = store.checkpointTimes();
      Instant started = after.lastStarted().orElseThrow();
      assertFalse(after.lastSucceeded().orElseThrow().isBefore(started));
      assertTrue(after.next().orElseThrow().isAfter(firstNext), "a request moves the interval");
      assertFalse(after.next().orElseThrow().isAfter(started.plus(Duration.ofDays(1))));
      assertEquals(List.of(), store.checkpoints(), "there was nothing to write");
    }
    try (VectorStore again = open(daily)) {
      assertEquals(Optional.empty(), again.checkpointTimes().lastSucceeded());
      assertTrue(again.checkpointTimes().next().isPresent());
    }
    try (VectorStore manual = open(StoreOptions.defaults())) {
      checkpoint(manual);
      assertEquals(Optional.empty(), manual.checkpointTimes().next());
    }
  }

  @Test
  void aRunThatFailsIsTriedAgainBeforeTheScheduleSays() throws Exception {
    StoreOptions daily = StoreOptions.defaults().withCheckpointInterval(Duration.ofDays(1));
    try (VectorStore store = open(daily)) {
      append(store, 0, 0);
      files.setFaults(
          (_, operation) -> operation instanceof Operation.Write ? Fault.ERROR : Fault.NONE);
      assertFalse(checkpoint(store).succeeded());
      Instant failed = store.checkpointTimes().lastStarted().orElseThrow();
      assertEquals(Optional.empty(), store.checkpointTimes().lastSucceeded());
      await(() ->
          store.checkpointTimes().next().orElseThrow().isBefore(failed.plus(Duration.ofHours(1))));

      files.setFaults((_, _) -> Fault.NONE);
      await(() -> store.checkpointTimes().lastSucceeded().isPresent());
      assertEquals(Trigger.SCHEDULE, store.checkpoints().getFirst().trigger());
      assertTrue(
          store.checkpointTimes().next().orElseThrow().isAfter(failed.plus(Duration.ofHours(1))));
    }
  }

  @Test
  void whatIsNoScheduleIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> CheckpointSchedule.every(Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class,
        () -> StoreOptions.defaults().withCheckpointInterval(Duration.ofSeconds(-1)));
    for (Duration jitter : List.of(Duration.ofNanos(-1), Duration.ofDays(1).plusNanos(1))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> StoreOptions.defaults().withCheckpointJitter(jitter));
    }
    assertEquals(
        CheckpointSchedule.never(),
        StoreOptions.defaults().withCheckpointInterval(Duration.ZERO).checkpoints());
  }
}
