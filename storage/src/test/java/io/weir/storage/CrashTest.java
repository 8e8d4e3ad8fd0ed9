package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.MemoryFiles.Fault;
import io.weir.storage.testing.MemoryFiles.Operation;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.PowerLoss;
import io.weir.storage.testing.PowerLoss.Survivors;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Power lost after every single operation of a run, everything between nothing and all of the
 * unforced bytes surviving: what is found must be the state of a checkpoint, at least the last one
 * that was acknowledged, and the store must go on from there to the right end.
 */
@Timeout(900)
class CrashTest {
  private static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.COSINE);
  private static final int RECORDS = 120;
  private static final int RECORDS_IN_CHECKPOINT = 10;

  /** Small, so that a run rolls several times. */
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.MIN_HOT_BUFFER_BYTES, Duration.ZERO, 2_000);

  private final long seed = Long.getLong("weir.seed", System.nanoTime());
  private final List<VectorRecord> records = new ArrayList<>();
  private final List<ModelStore> models = new ArrayList<>();

  /** How many operations there had been when a position was acknowledged. */
  private record Acknowledged(int operations, long nextOffset) {}

  CrashTest() {
    Random random = new Random(seed);
    ModelStore model = new ModelStore();
    models.add(model.copy());
    for (int offset = 0; offset < RECORDS; offset++) {
      String key = "key-" + random.nextInt(25);
      if (random.nextInt(4) == 0) {
        records.add(Records.delete(offset, key));
        model.remove(key);
      } else {
        float[] vector = Records.vector(random, SCHEMA.dimension());
        String payload = "p".repeat(random.nextInt(40));
        records.add(Records.upsert(offset, key, vector, payload));
        model.put(key, offset, vector, payload);
      }
      models.add(model.copy());
    }
  }

  private String message(Object detail) {
    return detail + "; rerun with -Dweir.seed=" + seed;
  }

  /** Feeds from where the store is; returns what it acknowledged. */
  private List<Acknowledged> feed(MemoryFiles files, VectorStore store) throws Exception {
    Shard shard = store.declare("docs", SCHEMA).shard(0);
    long next = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
    List<Acknowledged> acknowledged = new ArrayList<>();
    for (long offset = next; offset < RECORDS; offset++) {
      shard.append(records.get((int) offset), 0);
      if ((offset + 1) % RECORDS_IN_CHECKPOINT == 0
          && store.checkpoint().get(60, TimeUnit.SECONDS).succeeded()) {
        acknowledged.add(new Acknowledged(files.operations(), offset + 1));
      }
    }
    return acknowledged;
  }

  private void assertState(VectorStore store, long atLeast, Object detail) throws IOException {
    VectorCollection docs = store.declare("docs", SCHEMA);
    long position = docs.shard(0).durablePosition().map(SourcePosition::nextOffset).orElse(0L);
    assertTrue(position >= atLeast, () -> message(detail + ": at " + position + " < " + atLeast));
    ModelStore model = models.get((int) position);
    assertEquals(
        model.rows().size(),
        store.stats().collections().getFirst().liveRows(),
        () -> message(detail));
    List<String> keys = new ArrayList<>();
    for (int key = 0; key < 25; key++) {
      keys.add("key-" + key);
    }
    StoreAssertions.assertRows(model, docs, keys, () -> message(detail));
    StoreAssertions.assertSearch(model, docs, new float[] {1, 0.5f, -1}, 30, () -> message(detail));
  }

  private void assertRecovers(
      List<Operation> operations,
      List<Acknowledged> acknowledged,
      int prefix,
      Survivors survivors,
      Random random)
      throws Exception {
    String detail = "power lost before operation " + prefix + ", survivors " + survivors;
    long atLeast =
        acknowledged.stream()
            .filter(done -> done.operations() <= prefix)
            .mapToLong(Acknowledged::nextOffset)
            .max()
            .orElse(0);
    MemoryFiles found = PowerLoss.after(operations.subList(0, prefix), survivors, random);
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, found)) {
      assertState(store, atLeast, detail);
      feed(found, store);
      assertState(store, RECORDS, detail + ", then fed to the end");
    }
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, found)) {
      assertState(store, RECORDS, detail + ", fed to the end and opened again");
    }
  }

  @ParameterizedTest
  @EnumSource(Survivors.class)
  void powerLostAfterEveryOperation(Survivors survivors) throws Exception {
    MemoryFiles files = new MemoryFiles();
    List<Acknowledged> acknowledged;
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, files)) {
      acknowledged = feed(files, store);
    }
    assertEquals(RECORDS / RECORDS_IN_CHECKPOINT, acknowledged.size());
    List<Operation> operations = files.log();
    Random random = new Random(seed);
    int images = survivors == Survivors.SOME ? 8 : 1;
    for (int prefix = 0; prefix <= operations.size(); prefix++) {
      for (int image = 0; image < images; image++) {
        assertRecovers(operations, acknowledged, prefix, survivors, random);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"ERROR", "SHORT", "OUT_OF_MEMORY"})
  void everyOperationFailingOnceThenPowerLostAnywhere(Fault fault) throws Exception {
    Random random = new Random(seed);
    int operationsOfCleanRun = cleanRun();
    for (int failing = 0; failing < operationsOfCleanRun; failing++) {
      int index = failing;
      MemoryFiles files = new MemoryFiles();
      List<Acknowledged> acknowledged = new ArrayList<>();
      boolean[] failed = {false};
      files.setFaults((at, _) -> {
        if (at != index || failed[0]) {
          return Fault.NONE;
        }
        failed[0] = true;
        return fault;
      });
      try (VectorStore store = openAfterFaults(files)) {
        acknowledged = feed(files, store);
        store.checkpoint().get(60, TimeUnit.SECONDS);
        assertState(store, RECORDS, "operation " + failing + " failed");
      }
      try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, files)) {
        assertState(store, RECORDS, "operation " + failing + " failed; opened again");
      }
      List<Operation> operations = files.log();
      for (int image = 0; image < 3; image++) {
        int prefix = failing + random.nextInt(operations.size() - failing + 1);
        assertRecovers(operations, acknowledged, prefix, Survivors.SOME, random);
      }
    }
  }

  private int cleanRun() throws Exception {
    MemoryFiles files = new MemoryFiles();
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, files)) {
      feed(files, store);
    }
    return files.operations();
  }

  /** Opening a new store writes too, and may be the one that fails. */
  private static VectorStore openAfterFaults(MemoryFiles files) throws IOException {
    try {
      return LocalVectorStore.open(ROOT, OPTIONS, files);
    } catch (IOException | OutOfMemoryError injected) {
      return LocalVectorStore.open(ROOT, OPTIONS, files);
    }
  }

  @Test
  void aFailedCheckpointIsTriedAgainWithoutBeingAskedFor() throws Exception {
    MemoryFiles files = new MemoryFiles();
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, files)) {
      files.setFaults(
          (_, operation) -> operation instanceof Operation.Force ? Fault.ERROR : Fault.NONE);
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      shard.append(Records.upsert(0, "a", new float[] {1, 2, 3}, ""), 0);
      CheckpointReport report = store.checkpoint().get(60, TimeUnit.SECONDS);
      assertFalse(report.succeeded());
      assertTrue(store.stats().collections().getFirst().shards().getFirst().failure().isPresent());
      files.setFaults((_, _) -> Fault.NONE);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (shard.durablePosition().isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertEquals(shard.appliedPosition(), shard.durablePosition());
    }
  }

  /** A protocol with a step left out; the test must see the difference. */
  enum Mutant {
    SEGMENT_NOT_FORCED(op -> op instanceof Operation.Force && named(op, ".segment")),
    DEAD_MARKS_NOT_FORCED(op -> op instanceof Operation.Force && named(op, ".dead")),
    MANIFEST_NOT_FORCED(op -> op instanceof Operation.Force && named(op, ".tmp")),
    DIRECTORY_NOT_FORCED(op -> op instanceof Operation.ForceDirectory && named(op, "0")),
    PARENTS_NOT_FORCED(op -> op instanceof Operation.ForceDirectory && named(op, "shards"));

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final Predicate<Operation> leftOut;

    Mutant(Predicate<Operation> leftOut) {
      this.leftOut = leftOut;
    }

    private static boolean named(Operation operation, String end) {
      return operation.path().toString().endsWith(end);
    }
  }

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void aProtocolWithAStepLeftOutIsCaught(Mutant mutant) throws Exception {
    MemoryFiles files = new MemoryFiles();
    files.setFaults((_, operation) -> mutant.leftOut.test(operation) ? Fault.SKIPPED : Fault.NONE);
    List<Acknowledged> acknowledged;
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, files)) {
      acknowledged = feed(files, store);
    }
    Random random = new Random(seed);
    assertTrue(
        isCaught(files.log(), acknowledged, random), () -> message(mutant + " was not noticed"));
  }

  private boolean isCaught(
      List<Operation> operations, List<Acknowledged> acknowledged, Random random) throws Exception {
    for (Survivors survivors : Survivors.values()) {
      for (int prefix = 0; prefix <= operations.size(); prefix++) {
        try {
          assertRecovers(operations, acknowledged, prefix, survivors, random);
        } catch (AssertionError | IOException caught) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  @Tag("heavy")
  void powerLostAfterEveryOperationManyTimes() throws Exception {
    MemoryFiles files = new MemoryFiles();
    List<Acknowledged> acknowledged;
    try (VectorStore store = LocalVectorStore.open(ROOT, OPTIONS, files)) {
      acknowledged = feed(files, store);
    }
    List<Operation> operations = files.log();
    Random random = new Random(seed);
    for (int image = 0; image < 30_000; image++) {
      int prefix = random.nextInt(operations.size() + 1);
      assertRecovers(operations, acknowledged, prefix, Survivors.SOME, random);
    }
  }
}
