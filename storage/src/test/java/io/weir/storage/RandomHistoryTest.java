package io.weir.storage;

import io.weir.storage.testing.Trials;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random upserts, deletes, checkpoints, compactions, restarts, losses of power, searches and reads
 * of the past, against a plain map.
 */
@Timeout(3_000)
class RandomHistoryTest {
  @TempDir Path directory;

  @Test
  void randomHistoriesWithLossesOfPowerEndAsTheModelSays() throws Exception {
    Trials.run(1_000, (_, random) -> new RandomHistory(random, new LossyDisk(random)).run());
  }

  @Test
  @Tag("heavy")
  void manyRandomHistoriesEndAsTheModelSays() throws Exception {
    Trials.run(100_000, (_, random) -> new RandomHistory(random, new LossyDisk(random)).run());
  }

  /** With the threads and the files of the machine; compaction runs when it likes. */
  @Test
  void randomHistoriesOnRealFilesEndAsTheModelSays() throws Exception {
    Trials.run(
        30,
        (trial, random) -> {
          Path folder = directory.resolve("history-" + trial);
          new RandomHistory(random, options -> VectorStore.open(folder, options)).run();
        });
  }
}
