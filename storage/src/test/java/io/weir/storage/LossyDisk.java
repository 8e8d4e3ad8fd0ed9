package io.weir.storage;

import io.weir.storage.testing.Disk;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A disk in memory that may lose power. */
final class LossyDisk implements StoreHome {
  private static final Path ROOT = Path.of("/store");
  private final Random random;
  private MemoryFiles files = new MemoryFiles();

  /** What was durable when the power last came back. */
  private Disk before = new Disk();

  private long[] durableBefore = {};

  LossyDisk(Random random) {
    this.random = random;
  }

  @Override
  public VectorStore open(StoreOptions options) throws IOException {
    return ThreadlessStore.open(ROOT, options, files);
  }

  @Override
  public void acknowledge(int shard, long nextOffset) {
    files.acknowledge(path(shard), nextOffset);
  }

  private static Path path(int shard) {
    return ROOT.resolve(Integer.toString(shard));
  }

  @Override
  public boolean isLossy() {
    return true;
  }

  @Override
  public long[] losePower(int shards) {
    List<Operation.Change> log = files.log();
    List<Operation.Change> done = log.subList(0, random.nextInt(log.size() + 1));
    long[] durable = new long[shards];
    System.arraycopy(durableBefore, 0, durable, 0, durableBefore.length);
    for (Operation.Change change : done) {
      before.apply(change, random);
      if (change instanceof Operation.Acknowledge(Path path, long nextOffset)) {
        int shard = Integer.parseInt(String.valueOf(path.getFileName()));
        durable[shard] = Math.max(durable[shard], nextOffset);
      }
    }
    files = before.afterPowerLoss(CrashHistory.anySurvivors(random), random);
    before = Disk.of(files);
    durableBefore = durable.clone();
    return durable;
  }
}
