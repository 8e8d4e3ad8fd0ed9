package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.testing.Fault;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.Trials;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every single call to the file system failing once, in every way: nothing is lost, what was not
 * written is written later, and a loss of power afterwards finds nothing worse.
 */
@Timeout(900)
class IoFaultTest {
  private static final int CHECKPOINTS = 6;
  private static final int IMAGES = 4;

  private final CrashWorkload workload = new CrashWorkload(Trials.random(0), CHECKPOINTS);

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void everyCallFailingOnceThenPowerLostAnywhere(Fault fault) throws Exception {
    MemoryFiles clean = new MemoryFiles();
    try (VectorStore store = workload.open(clean)) {
      workload.run(clean, store);
    }
    int calls = clean.calls();
    assertTrue(calls > 100, () -> calls + " calls");
    Trials.run(calls, (failing, random) -> assertSurvives(failing, fault, random));
  }

  private void assertSurvives(int failing, Fault fault, Random random) throws Exception {
    MemoryFiles files = new MemoryFiles();
    AtomicInteger changesBefore = new AtomicInteger(-1);
    files.setFaults((call, operation) -> {
      if (call != failing) {
        return Fault.NONE;
      }
      changesBefore.set(files.log().size());
      return isPossible(fault, operation) ? fault : Fault.NONE;
    });
    String detail = fault + " at call " + failing;
    try (VectorStore store = openAfterFaults(files)) {
      workload.run(files, store);
      // One of these may be what fails; then not its second try.
      assertTrue(atOnceOrAgain(() -> CrashWorkload.compact(store)), detail);
      assertTrue(atOnceOrAgain(() -> CrashWorkload.checkpoint(files, store)), detail);
      assertEquals(workload.records(), workload.assertState(store, () -> detail));
    } catch (IOException closing) {
      assertTrue(closing.toString().contains("injected"), closing::toString);
    }
    try (VectorStore store = workload.open(files)) {
      assertEquals(workload.records(), workload.assertState(store, () -> detail + "; reopened"));
    }
    assertTrue(changesBefore.get() >= 0, () -> "call " + failing + " was never made");
    CrashHistory history = new CrashHistory(workload, files.log(), random);
    int choices = history.prefixes() - changesBefore.get();
    for (int image = 0; image < IMAGES; image++) {
      history.assertRecovers(
          changesBefore.get() + random.nextInt(choices), CrashHistory.anySurvivors(random), random);
    }
  }

  private static boolean atOnceOrAgain(Callable<Boolean> step) throws Exception {
    boolean succeeded = step.call();
    return succeeded || step.call();
  }

  /** To close a file takes no memory. */
  private static boolean isPossible(Fault fault, Operation operation) {
    return fault != Fault.OUT_OF_MEMORY
        || !(operation instanceof Operation.Look(_, String how) && how.equals("close"));
  }

  /** Opening a store or a shard may be what fails: to whoever asked for it, who asks again. */
  private VectorStore openAfterFaults(MemoryFiles files) throws IOException {
    VectorStore store = again(() -> workload.open(files));
    again(() -> CrashWorkload.shard(store));
    return store;
  }

  /** Opens something. */
  @FunctionalInterface
  private interface Opening<T> {
    T open() throws IOException;
  }

  private static <T> T again(Opening<T> opening) throws IOException {
    try {
      return opening.open();
    } catch (IOException | OutOfMemoryError injected) {
      return opening.open();
    }
  }

  @Test
  void aFailedCheckpointIsTriedAgainWithoutBeingAskedFor() throws Exception {
    MemoryFiles files = new MemoryFiles();
    try (VectorStore store =
        LocalVectorStore.open(CrashWorkload.ROOT, StoreOptions.defaults(), files)) {
      files.setFaults(
          (_, operation) -> operation instanceof Operation.Force ? Fault.ERROR : Fault.NONE);
      Shard shard = store.declare("docs", CrashWorkload.SCHEMA).shard(0);
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
}
