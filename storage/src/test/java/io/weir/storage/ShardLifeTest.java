package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.KnnQuery;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shards that are opened, closed and dropped while others go on. */
@Timeout(120)
class ShardLifeTest {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.DOT);
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withCompaction(CompactionOptions.defaults().withAutomatic(false));

  private final MemoryFiles files = new MemoryFiles();

  private VectorStore open(ShardOpening opening) throws IOException {
    return LocalVectorStore.open(ROOT, OPTIONS.withShardOpening(opening), files);
  }

  private static VectorCollection docs(VectorStore store) {
    return store.declare("docs", SCHEMA);
  }

  private static void append(Shard shard, long offset) {
    assertEquals(
        new AppendResult.Appended(),
        shard.append(Records.upsert(offset, key(shard, offset), new float[] {1, 2, 3}, ""), 0));
  }

  private static String key(Shard shard, long offset) {
    return shard.partition() + ":" + offset;
  }

  private static void await(Future<?> future) throws Exception {
    future.get(60, TimeUnit.SECONDS);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  private static int hits(VectorCollection docs) throws IOException {
    return docs.search(KnnQuery.nearest(new float[] {1, 1, 1}, 100)).hits().size();
  }

  /** Two shards of a row each, durable. */
  private void makeStore() throws Exception {
    try (VectorStore store = open(ShardOpening.AT_START)) {
      append(docs(store).shard(0), 0);
      append(docs(store).shard(3), 0);
      assertTrue(get(store.checkpoint()).succeeded());
    }
  }

  @Test
  void shardsAreOpenedAtTheStartOrOneByOne() throws Exception {
    makeStore();
    try (VectorStore store = open(ShardOpening.AT_START)) {
      assertEquals(2, store.recovery().shards());
      assertEquals(2, hits(store.collection("docs").orElseThrow()));
    }
    try (VectorStore store = open(ShardOpening.ON_DEMAND)) {
      VectorCollection docs = store.collection("docs").orElseThrow();
      assertEquals(SCHEMA, docs.schema());
      assertEquals(List.of(), docs.shards());
      assertEquals(0, store.recovery().shards());
      assertEquals(0, hits(docs));
      assertThrows(
          IllegalArgumentException.class, () -> docs.get("3:0", Map.of(3, 1L)), "not open");
      Shard shard = docs.shard(3);
      assertEquals(1, shard.durablePosition().orElseThrow().nextOffset());
      assertTrue(docs.get("3:0").isPresent());
      assertFalse(docs.get("0:0").isPresent());
    }
  }

  @Test
  void aShardThatIsClosedIsDurableAndGone() throws Exception {
    makeStore();
    try (VectorStore store = open(ShardOpening.ON_DEMAND)) {
      VectorCollection docs = docs(store);
      Shard shard = docs.shard(0);
      docs.shard(3);
      append(shard, 1);
      await(docs.closeShard(0));
      assertEquals(2, shard.durablePosition().orElseThrow().nextOffset());
      assertEquals(List.of(3), docs.shards().stream().map(Shard::partition).toList());
      assertEquals(1, hits(docs));
      assertEquals(1, docs.liveRows());
      assertEquals(1, store.stats().collections().getFirst().shards().size());
      assertEquals(0, store.stats().hotAllocatedBytes());
      assertClosed(shard, "shard docs/0 is closed");
      assertEquals(List.of(1L), store.checkpoints().stream().map(CheckpointReport::rows).toList());

      Shard again = docs.shard(0);
      assertNotSame(shard, again);
      assertEquals(2, again.appliedPosition().orElseThrow().nextOffset());
      append(again, 2);
      assertEquals(4, hits(docs));
      assertTrue(get(store.checkpoint()).succeeded());
    }
    try (VectorStore store = open(ShardOpening.AT_START)) {
      assertEquals(4, hits(docs(store)));
    }
  }

  private static void assertClosed(Shard shard, String message) {
    for (Runnable call :
        List.<Runnable>of(
            () -> append(shard, 7),
            () -> shard.advance(new SourcePosition(9, 0)),
            () -> shard.caughtUp(Instant.EPOCH),
            () -> shard.topicPartitions(1),
            shard::appliedPosition)) {
      assertEquals(message, assertThrows(IllegalStateException.class, call::run).getMessage());
    }
  }

  @Test
  void nothingHappensToAShardThatIsNotThere() throws Exception {
    try (VectorStore store = open(ShardOpening.ON_DEMAND)) {
      await(docs(store).closeShard(5));
      docs(store).dropShard(5);
      docs(store).abandon(5);
      assertEquals(List.of(), docs(store).shards());
    }
  }

  @Test
  void aShardIsClosedAlsoIfItsCheckpointFails() throws Exception {
    makeStore();
    try (VectorStore store = open(ShardOpening.ON_DEMAND)) {
      VectorCollection docs = docs(store);
      append(docs.shard(0), 1);
      files.setFaults((_, call) -> call instanceof Operation.Write ? Fault.SHORT : Fault.NONE);
      CompletableFuture<?> closed = docs.closeShard(0);
      ExecutionException failed = assertThrows(ExecutionException.class, () -> await(closed));
      assertInstanceOf(IOException.class, failed.getCause());
      assertTrue(failed.toString().contains("no space left"), failed::toString);
      files.setFaults(Faults.NONE);
      assertEquals(List.of(), docs.shards());
      assertEquals(0, store.stats().hotAllocatedBytes());
      assertEquals(1, docs.shard(0).appliedPosition().orElseThrow().nextOffset());
    }
  }

  @Test
  void aShardThatIsDroppedWritesNothing() throws Exception {
    makeStore();
    try (VectorStore store = open(ShardOpening.ON_DEMAND)) {
      VectorCollection docs = docs(store);
      Shard shard = docs.shard(0);
      append(shard, 1);
      int changes = files.log().size();
      docs.dropShard(0);
      assertEquals(0, store.stats().hotAllocatedBytes());
      assertTrue(get(store.checkpoint()).succeeded());
      assertTrue(get(store.compact()).succeeded());
      assertEquals(changes, files.log().size());
      assertEquals(List.of(), docs.shards());
      assertClosed(shard, "shard docs/0 is closed");
      Shard again = docs.shard(0);
      assertEquals(1, again.appliedPosition().orElseThrow().nextOffset());
      append(again, 1);
      await(docs.closeShard(0));
    }
  }

  /** A writer that waits for room gets it: the rows of the dropped shard are gone. */
  @Test
  void whoWaitsForRoomIsTold() throws Exception {
    makeStore();
    StoreOptions small = OPTIONS.withHotBufferBytes(StoreOptions.MIN_HOT_BUFFER_BYTES);
    try (VectorStore store = LocalVectorStore.open(ROOT, small, files)) {
      files.setFaults((_, call) -> call instanceof Operation.Write ? Fault.SHORT : Fault.NONE);
      VectorCollection docs = docs(store);
      long offset = 1;
      AppendResult result = new AppendResult.Appended();
      while (result instanceof AppendResult.Appended) {
        result =
            docs.shard(0)
                .append(Records.upsert(offset++, "k", new float[3], "p".repeat(100_000)), 0);
      }
      AppendResult.Full full = assertInstanceOf(AppendResult.Full.class, result);
      docs.dropShard(0);
      await(full.roomFreed().toCompletableFuture());
      append(docs.shard(1), 0);
      files.setFaults(Faults.NONE);
    }
  }

  /** What a checkpoint has begun ends before the shard is gone, and nothing comes after. */
  @Test
  void aCheckpointThatIsUnderWayEndsFirst() throws Exception {
    makeStore();
    try (VectorStore store = open(ShardOpening.ON_DEMAND);
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      VectorCollection docs = docs(store);
      Shard shard = docs.shard(0);
      append(shard, 1);
      CountDownLatch writing = new CountDownLatch(1);
      CountDownLatch dropping = new CountDownLatch(1);
      files.interrupt(
          call -> call instanceof Operation.Force && call.path().toString().endsWith(".segment"),
          () -> {
            writing.countDown();
            awaitQuietly(dropping);
          });
      CompletableFuture<CheckpointReport> checkpoint = store.checkpoint();
      assertTrue(writing.await(60, TimeUnit.SECONDS));
      Future<?> dropped = other.submit(() -> docs.dropShard(0));
      dropping.countDown();
      await(dropped);
      int changes = files.log().size();
      await(checkpoint);
      assertTrue(get(store.checkpoint()).succeeded());
      assertEquals(changes, files.log().size());
      assertEquals(
          shard.durablePosition().orElseThrow().nextOffset(),
          docs.shard(0).durablePosition().orElseThrow().nextOffset());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Readers and figures see each shard or do not, whoever closes, drops and opens it meanwhile. */
  @Test
  void readersAreNotDisturbed() throws Exception {
    makeStore();
    try (VectorStore store = open(ShardOpening.AT_START);
        ExecutorService readers = Executors.newFixedThreadPool(2)) {
      VectorCollection docs = docs(store);
      CountDownLatch done = new CountDownLatch(1);
      Future<?> searching =
          readers.submit(() -> {
            while (done.getCount() > 0) {
              assertTrue(hits(docs) >= 1, "shard 3 is always there");
              assertTrue(docs.get("3:0").isPresent());
              assertTrue(docs.liveRows() >= 1);
            }
            return 0;
          });
      Future<?> asking =
          readers.submit(() -> {
            while (done.getCount() > 0) {
              store.stats();
              assertTrue(get(store.checkpoint()).succeeded());
              assertTrue(get(store.compact()).succeeded());
            }
            return 0;
          });
      for (int round = 0; round < 100; round++) {
        Shard shard = docs.shard(0);
        append(shard, shard.appliedPosition().orElseThrow().nextOffset());
        if (round % 2 == 0) {
          await(docs.closeShard(0));
        } else {
          docs.dropShard(0);
        }
      }
      done.countDown();
      await(searching);
      await(asking);
      assertEquals(
          docs.shard(0).durablePosition().orElseThrow(),
          docs.shard(0).appliedPosition().orElseThrow());
    }
  }
}
