package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files are as large as what is in them: measured in the blocks that the operating system counts.
 */
@Timeout(900)
class DiskSizeTest {
  private static final int DIMENSION = 768;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"1, 5.0", "100, 1.10", "10000, 1.01", "100000, 1.01"})
  void allocatedBytesAreLittleMoreThanTheUsersOwn(int rows, double mostTimes) throws Exception {
    storeAndMeasure(rows, mostTimes);
  }

  @Test
  @Tag("heavy")
  void aMillionVectorsCostLittleMoreThanTheUsersBytes() throws Exception {
    storeAndMeasure(1_000_000, 1.01);
  }

  private void storeAndMeasure(int rows, double mostTimes) throws Exception {
    Random random = new Random(5);
    float[] vector = Records.vector(random, DIMENSION);
    long userBytes = 0;
    String payload = "{\"text\":\"" + "p".repeat(89) + "\"}";
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      VectorCollection docs = store.declare("docs", new VectorSchema(DIMENSION, Metric.COSINE));
      Shard shard = docs.shard(0);
      for (int row = 0; row < rows; row++) {
        String key = String.format(Locale.ROOT, "key-%012d", row);
        vector[row % DIMENSION] = random.nextFloat() + 1;
        var record = Records.upsert(row, key, vector, payload);
        while (shard.append(record, 0) instanceof AppendResult.Full full) {
          full.roomFreed().toCompletableFuture().get(120, TimeUnit.SECONDS);
        }
        userBytes += key.length() + payload.length() + DIMENSION * (long) Float.BYTES;
      }
      store.checkpoint().get(120, TimeUnit.SECONDS);
      StoreStats.ShardStats stats = store.stats().collections().getFirst().shards().getFirst();
      assertEquals(rows, stats.liveRows());
      assertEquals(0, stats.hotAllocatedBytes());
    }
    long allocated = allocatedBytes();
    double times = (double) allocated / userBytes;
    assertTrue(
        times <= mostTimes, () -> allocated + " bytes allocated, " + times + " of the user's");
    if (rows == 1) {
      assertTrue(allocated <= 16_384, () -> allocated + " bytes allocated for one vector");
    }
  }

  /** Blocks of 512 bytes of all files, as {@code find -type f -printf %b} counts them. */
  private long allocatedBytes() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("find", directory.toString(), "-type", "f", "-printf", "%b\n"));
    Process find = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(find.waitFor(60, TimeUnit.SECONDS), "find hangs");
    assertEquals(0, find.exitValue(), output);
    return 512 * output.lines().mapToLong(Long::parseLong).sum();
  }
}
