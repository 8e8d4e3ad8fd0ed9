package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.testing.Disk;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Survivors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One run of a {@link CrashWorkload}, and the disks that it may leave if the power goes after any
 * of its changes.
 *
 * <p><b>Threads:</b> immutable once made; images may be drawn and recovered by several at once.
 */
final class CrashHistory {
  private static final List<Survivors> SURVIVORS = List.of(Survivors.values());

  private final CrashWorkload workload;
  private final List<Operation.Change> log;

  /** The disk before each change, and after the last. */
  private final List<Disk> disks = new ArrayList<>();

  /** What had been acknowledged then. */
  private final List<Long> acknowledged = new ArrayList<>();

  /**
   * Replays a log.
   *
   * @param random decides what failed forces have lost
   */
  CrashHistory(CrashWorkload workload, List<Operation.Change> log, Random random) {
    this.workload = workload;
    this.log = log;
    Disk disk = new Disk();
    disks.add(disk.copy());
    acknowledged.add(0L);
    for (Operation.Change change : log) {
      disk.apply(change, random);
      disks.add(disk.copy());
      acknowledged.add(after(acknowledged.getLast(), change));
    }
  }

  /** Runs a workload on a healthy file system. */
  static CrashHistory of(CrashWorkload workload, Random random) throws Exception {
    MemoryFiles files = new MemoryFiles();
    try (VectorStore store = workload.open(files)) {
      workload.run(files, store);
      assertEquals(workload.records(), workload.assertState(store, () -> "clean run"));
      assertEquals(workload.records(), CrashWorkload.durable(store));
    }
    return new CrashHistory(workload, files.log(), random);
  }

  static Survivors anySurvivors(Random random) {
    return SURVIVORS.get(random.nextInt(SURVIVORS.size()));
  }

  private static long after(long acknowledged, Operation.Change change) {
    return change instanceof Operation.Acknowledge(_, long nextOffset)
        ? Math.max(acknowledged, nextOffset)
        : acknowledged;
  }

  List<Operation.Change> log() {
    return log;
  }

  /** Where the power may go: before each change, and after the last. */
  int prefixes() {
    return disks.size();
  }

  /** Takes one image through a recovery. */
  void assertRecoversOnce(int prefix, Survivors survivors, Random random) throws Exception {
    MemoryFiles found = disks.get(prefix).afterPowerLoss(survivors, random);
    try (VectorStore store = workload.open(found)) {
      assertRecovered(store, acknowledged.get(prefix), detail(prefix, survivors));
    }
  }

  private static String detail(int prefix, Survivors survivors) {
    return "power lost before change " + prefix + ", survivors " + survivors;
  }

  /**
   * Takes one image through a recovery, some further steps, a second loss of power anywhere in
   * them, the recovery itself included, and another recovery.
   */
  void assertRecovers(int prefix, Survivors survivors, Random random) throws Exception {
    String detail = detail(prefix, survivors);
    MemoryFiles found = disks.get(prefix).afterPowerLoss(survivors, random);
    Disk disk = Disk.of(found);
    long recovered = acknowledged.get(prefix);
    try (VectorStore store = workload.open(found)) {
      recovered = assertRecovered(store, recovered, detail);
      workload.run(found, store, 1 + random.nextInt(5));
      workload.assertState(store, () -> detail + ", then some steps");
    }
    List<Operation.Change> since = found.log();
    int second = random.nextInt(since.size() + 1);
    for (Operation.Change change : since.subList(0, second)) {
      disk.apply(change, random);
      recovered = after(recovered, change);
    }
    String again = detail + ", and again before change " + second + " since";
    MemoryFiles left = disk.afterPowerLoss(anySurvivors(random), random);
    try (VectorStore store = workload.open(left)) {
      assertRecovered(store, recovered, again);
      if (random.nextInt(8) == 0) {
        assertEndsRight(left, store, again);
      }
    }
  }

  private long assertRecovered(VectorStore store, long atLeast, String detail) throws IOException {
    long position = CrashWorkload.durable(store);
    assertTrue(position >= atLeast, () -> detail + ": at " + position + " < " + atLeast);
    assertEquals(position, workload.assertState(store, () -> detail));
    return position;
  }

  private void assertEndsRight(MemoryFiles files, VectorStore store, String detail)
      throws Exception {
    workload.run(files, store);
    assertEquals(workload.records(), workload.assertState(store, () -> detail + ", to the end"));
    store.close();
    try (VectorStore reopened = workload.open(files)) {
      assertEquals(
          workload.records(),
          assertRecovered(reopened, workload.records(), detail + ", to the end, opened again"));
    }
  }
}
