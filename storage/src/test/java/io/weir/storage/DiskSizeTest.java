package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files are as large as what is in them, measured in the blocks that the operating system counts;
 * and every vector comes back bit for bit.
 */
@Timeout(900)
class DiskSizeTest {
  private static final long BLOCK_BYTES = 4_096;
  private static final long MOST_BYTES_OF_ONE = 16_384;

  /** Beyond vector, key and payload. */
  private static final long MOST_BYTES_A_ROW = 24;

  private static final long MOST_BYTES_A_SHARD = 8_192;
  private static final String PAYLOAD = "{\"text\":\"" + "p".repeat(89) + "\"}";

  @TempDir Path directory;

  /**
   * @param mostTimes how often the user's bytes may be allocated; 0 for no bar beside that of rows,
   *     chunks and shards
   */
  @ParameterizedTest
  @CsvSource({
    "1, 128, 0", "1, 768, 0", "1, 1536, 0",
    "10, 128, 0", "10, 768, 0", "10, 1536, 0",
    "100, 128, 0", "100, 768, 1.10", "100, 1536, 1.10",
    "1000, 128, 0", "1000, 768, 1.02", "1000, 1536, 1.02",
    "10000, 128, 1.05", "10000, 768, 1.01", "10000, 1536, 1.01",
    "100000, 128, 1.05", "100000, 768, 1.01", "100000, 1536, 1.01"
  })
  void allocatedBytesAreLittleMoreThanTheUsersOwn(int rows, int dimension, double mostTimes)
      throws Exception {
    storeAndMeasure(rows, dimension, mostTimes);
  }

  @Test
  @Tag("heavy")
  void aMillionVectorsCostLittleMoreThanTheUsersBytes() throws Exception {
    storeAndMeasure(1_000_000, 768, 1.01);
  }

  private void storeAndMeasure(int rows, int dimension, double mostTimes) throws Exception {
    VectorSchema schema = new VectorSchema(dimension, Metric.COSINE);
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      fill(store.declare("docs", schema).shard(0), rows, dimension);
      assertTrue(store.checkpoint().get(120, TimeUnit.SECONDS).succeeded());
      StoreStats.ShardStats shard = shardStats(store);
      assertEquals(rows, shard.figures().rows().live());
      assertEquals(0, shard.figures().memory().hotAllocatedBytes());
    }
    assertBars(rows, dimension, mostTimes);
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      assertEveryVector(store.declare("docs", schema), rows, dimension);
      assertTrue(store.compact().get(600, TimeUnit.SECONDS).succeeded());
      assertEveryVector(store.declare("docs", schema), rows, dimension);
    }
    assertBars(rows, dimension, mostTimes);
  }

  private static StoreStats.ShardStats shardStats(VectorStore store) {
    return store.stats().collections().getFirst().shards().getFirst();
  }

  private static String key(int row) {
    return String.format(Locale.ROOT, "key-%012d", row);
  }

  /** A vector of its own for each row, of bits that no rounding would leave alone. */
  private static float[] vector(int row, int dimension) {
    SplittableRandom random = new SplittableRandom(row);
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (random.nextInt() | 1) * 0x1p-31f;
    }
    return vector;
  }

  private static void fill(Shard shard, int rows, int dimension) throws Exception {
    for (int row = 0; row < rows; row++) {
      var record = Records.upsert(row, key(row), vector(row, dimension), PAYLOAD);
      while (shard.append(record, 0) instanceof AppendResult.Full full) {
        full.roomFreed().toCompletableFuture().get(120, TimeUnit.SECONDS);
      }
    }
  }

  private static void assertEveryVector(VectorCollection docs, int rows, int dimension)
      throws IOException {
    byte[] payload = PAYLOAD.getBytes(StandardCharsets.UTF_8);
    for (int row = 0; row < rows; row++) {
      StoredRow stored = docs.get(key(row)).orElseThrow();
      assertEquals(row, stored.offset());
      // Equal floats are equal bits here: none is a zero or a NaN.
      assertArrayEquals(vector(row, dimension), stored.vector());
      assertArrayEquals(payload, stored.payload());
    }
  }

  /** What the operating system says of all files together. */
  private record Usage(long allocatedBytes, long bytes) {}

  private void assertBars(int rows, int dimension, double mostTimes) throws Exception {
    Usage usage = usage();
    long userBytes = rows * ((long) dimension * Float.BYTES + key(0).length() + PAYLOAD.length());
    long chunks;
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      chunks = shardStats(store).figures().disk().chunks();
      assertEquals(usage.allocatedBytes(), store.stats().allocatedBytes().orElseThrow());
    }
    String detail = usage + " for " + userBytes + " bytes of the user's, " + chunks + " chunks";
    long identity = BLOCK_BYTES;
    long most =
        userBytes + rows * MOST_BYTES_A_ROW + chunks * BLOCK_BYTES + MOST_BYTES_A_SHARD + identity;
    assertTrue(usage.allocatedBytes() <= most, detail);
    if (rows == 1) {
      assertTrue(usage.allocatedBytes() <= MOST_BYTES_OF_ONE, detail);
    }
    if (mostTimes > 0) {
      assertTrue(usage.allocatedBytes() <= mostTimes * userBytes, detail);
    }
    assertTrue(usage.allocatedBytes() >= usage.bytes(), () -> "sparse files: " + detail);
  }

  /** As {@code find} counts: blocks of 512 bytes, and lengths, of all files. */
  private Usage usage() throws Exception {
    List<String> command =
        List.of("find", directory.toString(), "-type", "f", "-printf", "%b %s\n");
    Process find = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(find.waitFor(60, TimeUnit.SECONDS), "find hangs");
    assertEquals(0, find.exitValue(), output);
    long blocks = 0;
    long bytes = 0;
    for (String line : output.lines().toList()) {
      blocks += Long.parseLong(line.substring(0, line.indexOf(' ')));
      bytes += Long.parseLong(line.substring(line.indexOf(' ') + 1));
    }
    return new Usage(512 * blocks, bytes);
  }
}
