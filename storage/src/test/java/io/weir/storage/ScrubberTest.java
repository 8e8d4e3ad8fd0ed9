package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running store finds out by itself what the disk has lost. */
@Timeout(120)
class ScrubberTest {
  private static final VectorSchema SCHEMA = new VectorSchema(64, Metric.DOT);

  @TempDir Path directory;

  private static StoreOptions scrubbing(long bytesPerSecond) {
    return StoreOptions.defaults()
        .withScrub(new ScrubOptions(bytesPerSecond, Duration.ofMillis(20)));
  }

  private static void fill(VectorStore store) throws Exception {
    Random random = new Random(5);
    Shard shard = store.declare("docs", SCHEMA).shard(0);
    for (int offset = 0; offset < 2_000; offset++) {
      shard.append(Records.upsert(offset, "k" + offset, Records.vector(random, 64), ""), 0);
    }
    store.checkpoint().get(60, TimeUnit.SECONDS);
  }

  private static ScrubReport await(VectorStore store, Predicate<ScrubReport> what)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!what.test(store.scrubReport()) && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    return store.scrubReport();
  }

  @Test
  void itIsOffUnlessAskedFor() throws Exception {
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      fill(store);
      assertEquals(ScrubReport.NONE, store.scrubReport());
    }
  }

  @Test
  void damageUnderARunningStoreIsFoundAndGoesAway() throws Exception {
    try (VectorStore store = VectorStore.open(directory, scrubbing(1L << 30))) {
      fill(store);
      long passes = store.scrubReport().passes();
      ScrubReport whole = await(store, report -> report.passes() > passes + 1);
      assertEquals(0, whole.damaged());
      assertTrue(whole.bytesRead() > 0);
      assertFalse(whole.lastFinished().get().isBefore(whole.lastStarted().get()));

      Path segment;
      try (Stream<Path> files = Files.walk(directory)) {
        segment = files.filter(path -> path.toString().endsWith(".segment")).findFirst().get();
      }
      byte was = flip(segment);
      ScrubReport damaged = await(store, report -> report.damaged() > 0);
      assertEquals(1, damaged.damaged());
      assertEquals(segment, damaged.findings().getFirst().file());
      assertTrue(
          damaged.findings().getFirst().text().contains("piece 1 (vectors"), damaged::toString);

      assertEquals((byte) ~was, flip(segment));
      assertEquals(0, await(store, report -> report.damaged() == 0).damaged());
    }
  }

  private static byte flip(Path file) throws Exception {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, 300_000);
      byte was = one.get(0);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) ~was}), 300_000);
      return was;
    }
  }

  @Test
  void aSlowPassIsEndedByClosing() throws Exception {
    long started;
    try (VectorStore store = VectorStore.open(directory, scrubbing(100_000))) {
      fill(store);
      ScrubReport report = await(store, now -> now.runningSince().isPresent());
      assertTrue(report.runningSince().isPresent());
      Thread.sleep(300);
      long read = store.scrubReport().bytesRead();
      assertTrue(read < 1_000_000, () -> read + " bytes in a moment");
      started = System.nanoTime();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
    assertTrue(millis < 5_000, () -> millis + " ms to close");
  }
}
