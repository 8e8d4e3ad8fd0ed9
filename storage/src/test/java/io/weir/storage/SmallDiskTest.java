package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a small file system of its own, where this user may mount one. */
@Timeout(300)
@Tag("heavy")
class SmallDiskTest {
  private static final int DIMENSION = 1024;
  private static final VectorSchema SCHEMA = new VectorSchema(DIMENSION, Metric.DOT);
  private static final long DISK_BYTES = 48L << 20;
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withHotBufferBytes(8L << 20)
          .withSegmentBytes(4L << 20)
          .withCompaction(CompactionOptions.defaults().withBytesPerSecond(0));

  @TempDir Path folder;

  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", disk.toString()) == 0,
        "this user may not mount a small disk");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", disk.toString());
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), command[0] + " hangs");
    return process.exitValue();
  }

  private static float[] vector(long offset) {
    float[] vector = new float[DIMENSION];
    vector[(int) (offset % DIMENSION)] = offset + 1;
    return vector;
  }

  /** Appends until the store has no room for so long that it will not find any. */
  private static long appendUntilFull(Shard shard, long from, int keys) throws Exception {
    long offset = from;
    while (offset < from + 1_000_000) {
      String key = "key-" + offset % keys;
      if (shard.append(Records.upsert(offset, key, vector(offset), ""), 0)
          instanceof AppendResult.Full full) {
        if (!freed(full.roomFreed())) {
          return offset;
        }
      } else {
        offset++;
      }
    }
    throw new AssertionError("the disk does not fill up");
  }

  private static boolean freed(CompletionStage<?> roomFreed) throws Exception {
    try {
      roomFreed.toCompletableFuture().get(5, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException stillFull) {
      return false;
    }
  }

  private static ShardStats stats(VectorStore store) {
    return store.stats().collections().getFirst().shards().getFirst();
  }

  @Test
  void intakeStopsOnAFullDiskAndGoesOnByItselfWhenThereIsRoom() throws Exception {
    Path ballast = disk.resolve("ballast");
    Files.write(ballast, new byte[24 << 20]);
    try (VectorStore store = VectorStore.open(disk, OPTIONS.withDiskReserveBytes(0))) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      Shard shard = docs.shard(0);
      long full = appendUntilFull(shard, 0, Integer.MAX_VALUE);
      assertEquals(ShardCondition.NO_SPACE, stats(store).condition());
      for (long row = 0; row < full; row += 100) {
        assertEquals(row, docs.get("key-" + row).orElseThrow().offset());
      }
      Files.delete(ballast);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!stats(store).durable().equals(stats(store).applied())) {
        assertTrue(System.nanoTime() < deadline, () -> "still " + stats(store));
        TimeUnit.MILLISECONDS.sleep(50);
      }
      assertEquals(ShardCondition.OK, stats(store).condition());
      assertTrue(appendUntilFull(shard, full, Integer.MAX_VALUE) > full);
    }
    try (VectorStore store = VectorStore.open(disk, OPTIONS)) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      long durable = docs.shard(0).durablePosition().orElseThrow().nextOffset();
      for (long row = 0; row < durable; row += 100) {
        assertEquals(
            (float) row + 1, docs.get("key-" + row).orElseThrow().vector()[(int) row % DIMENSION]);
      }
    }
  }

  /**
   * Twenty times the disk is written to it: compaction finds room, because checkpoints leave some.
   */
  @Test
  void aDiskOfReplacedRowsIsEmptiedFromItsReserve() throws Exception {
    try (VectorStore store = VectorStore.open(disk, OPTIONS.withDiskReserveBytes(12L << 20))) {
      VectorCollection docs = store.declare("docs", SCHEMA);
      Shard shard = docs.shard(0);
      long records = 20 * DISK_BYTES / (DIMENSION * Float.BYTES);
      for (long offset = 0; offset < records; ) {
        String key = "key-" + offset % 1_000;
        if (shard.append(Records.upsert(offset, key, vector(offset), ""), 0)
            instanceof AppendResult.Full full) {
          full.roomFreed().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } else {
          offset++;
        }
      }
      assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      for (long offset = records - 1_000; offset < records; offset++) {
        assertEquals(offset, docs.get("key-" + offset % 1_000).orElseThrow().offset());
      }
    }
  }
}
