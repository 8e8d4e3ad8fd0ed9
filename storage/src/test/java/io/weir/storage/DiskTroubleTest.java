package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Fault;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a disk that fails does to a shard: nothing is lost, queries go on, the state is visible. */
@Timeout(120)
class DiskTroubleTest {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(2, Metric.DOT);

  private final MemoryFiles files = new MemoryFiles();

  private VectorStore open() throws IOException {
    return LocalVectorStore.open(ROOT, StoreOptions.defaults(), files);
  }

  private static AppendResult append(VectorStore store, long offset) throws IOException {
    return store
        .declare("docs", SCHEMA)
        .shard(0)
        .append(Records.upsert(offset, "key-" + offset, new float[] {1, offset}, "p"), 0);
  }

  private static CheckpointReport checkpoint(VectorStore store) throws Exception {
    return store.checkpoint().get(60, TimeUnit.SECONDS);
  }

  private static ShardStats shard(VectorStore store) {
    return store.stats().collections().getFirst().shards().getFirst();
  }

  private static void assertReadable(VectorStore store, int rows) throws IOException {
    for (int row = 0; row < rows; row++) {
      assertTrue(store.declare("docs", SCHEMA).get("key-" + row).isPresent(), "key-" + row);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within a minute");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void aFullDiskIsVisibleAndCheckpointsGoOnByThemselvesWhenThereIsRoom() throws Exception {
    try (VectorStore store = open()) {
      append(store, 0);
      checkpoint(store);
      files.setFaults(
          (_, operation) -> operation instanceof Operation.Write ? Fault.SHORT : Fault.NONE);
      append(store, 1);
      assertFalse(checkpoint(store).succeeded());
      assertEquals(ShardCondition.NO_SPACE, shard(store).condition());
      assertTrue(shard(store).failure().isPresent());
      append(store, 2);
      assertReadable(store, 3);
      files.setFaults((_, _) -> Fault.NONE);
      await(() -> shard(store).condition() == ShardCondition.OK);
      await(() -> shard(store).durable().equals(shard(store).applied()));
      assertReadable(store, 3);
    }
    try (VectorStore store = open()) {
      assertReadable(store, 3);
    }
  }

  @Test
  void oneFailedForceIsForgivenAndItsFileIsNeverWrittenToAgain() throws Exception {
    try (VectorStore store = open()) {
      append(store, 0);
      checkpoint(store);
      boolean[] failed = {false};
      files.setFaults((_, operation) -> {
        if (operation instanceof Operation.Force && !failed[0]) {
          failed[0] = true;
          return Fault.ERROR;
        }
        return Fault.NONE;
      });
      append(store, 1);
      assertFalse(checkpoint(store).succeeded());
      assertEquals(ShardCondition.FAILING, shard(store).condition());
      int operations = files.log().size();
      await(() -> shard(store).condition() == ShardCondition.OK);
      Path failedFile =
          files.log().subList(0, operations).stream()
              .filter(operation -> operation instanceof Operation.Force force && force.failed())
              .findFirst()
              .orElseThrow()
              .path();
      assertTrue(
          files.log().subList(operations, files.log().size()).stream()
              .noneMatch(operation ->
                  operation instanceof Operation.Write && operation.path().equals(failedFile)),
          () -> failedFile + " was written to after its force had failed");
      assertReadable(store, 2);
    }
  }

  @Test
  void twoFailedForcesInARowMakeTheShardReadOnlyUntilTheNextStart() throws Exception {
    try (VectorStore store = open()) {
      append(store, 0);
      checkpoint(store);
      files.setFaults(
          (_, operation) -> operation instanceof Operation.Force ? Fault.ERROR : Fault.NONE);
      append(store, 1);
      assertFalse(checkpoint(store).succeeded());
      await(() -> shard(store).condition() == ShardCondition.READ_ONLY);
      files.setFaults((_, _) -> Fault.NONE);
      int operations = files.log().size();
      assertFalse(checkpoint(store).succeeded());
      AppendResult.Full full = assertInstanceOf(AppendResult.Full.class, append(store, 2));
      assertFalse(full.roomFreed().toCompletableFuture().isDone());
      assertReadable(store, 2);
      assertEquals(operations, files.log().size(), "a read-only shard writes nothing");
      assertNotEquals(shard(store).applied(), shard(store).durable());
    }
    try (VectorStore store = open()) {
      assertReadable(store, 1);
      append(store, 1);
      assertTrue(checkpoint(store).succeeded());
      assertEquals(ShardCondition.OK, shard(store).condition());
    }
  }

  @Test
  void aCompactionThatFailsLeavesEverythingAsItWas() throws Exception {
    StoreOptions options =
        StoreOptions.defaults().withCompaction(CompactionOptions.defaults().withAutomatic(false));
    try (VectorStore store = LocalVectorStore.open(ROOT, options, files)) {
      for (int offset = 0; offset < 5; offset++) {
        append(store, offset);
        checkpoint(store);
      }
      files.setFaults(
          (_, operation) -> operation instanceof Operation.Write ? Fault.SHORT : Fault.NONE);
      assertFalse(store.compact().get(60, TimeUnit.SECONDS).succeeded());
      assertReadable(store, 5);
      files.setFaults((_, _) -> Fault.NONE);
      assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
      assertReadable(store, 5);
      assertEquals(1, shard(store).figures().disk().chunks());
    }
  }

  @Test
  void publicationsThatFailHalfWayLeaveNothingBehindOnceOneSucceeds() throws Exception {
    try (VectorStore store = open()) {
      append(store, 0);
      checkpoint(store);
      files.setFaults(
          (_, operation) -> operation instanceof Operation.Rename ? Fault.ERROR : Fault.NONE);
      append(store, 1);
      for (int i = 0; i < 5; i++) {
        assertFalse(checkpoint(store).succeeded());
      }
      files.setFaults((_, _) -> Fault.NONE);
      await(() -> shard(store).condition() == ShardCondition.OK);
      assertReadable(store, 2);
      Path folder = ROOT.resolve("collections/docs/shards/0");
      List<String> names = files.list(folder);
      assertTrue(names.stream().noneMatch(name -> name.endsWith(".tmp")), names::toString);
      assertEquals(
          shard(store).figures().disk().segments(),
          names.stream().filter(name -> name.endsWith(".segment")).count(),
          names::toString);
      assertEquals(0, shard(store).figures().disk().pinnedBytes());
    }
  }

  @Test
  void aStoreOnAFullDiskOpensAndAnswers() throws Exception {
    try (VectorStore store = open()) {
      append(store, 0);
      checkpoint(store);
    }
    files.setFaults((_, operation) ->
        operation instanceof Operation.Create || operation instanceof Operation.Write
            ? Fault.SHORT
            : Fault.NONE);
    try (VectorStore store = open()) {
      assertReadable(store, 1);
    }
  }
}
