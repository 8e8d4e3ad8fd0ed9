package io.weir.storage;

import static io.weir.storage.testing.StoreAssertions.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.hot.AppendResult;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.os.OperatingSystem;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.LinuxCalls;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.ProcSelf;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The figures of a store, held against the operating system and against a count of our own. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class FiguresTest {
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withCheckpointInterval(Duration.ZERO)
          .withCompaction(CompactionOptions.defaults().withAutomatic(false));
  private static final VectorSchema SMALL = new VectorSchema(3, Metric.COSINE);
  private static final long MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void diskBytesAreThoseThatFindCounts() throws Exception {
    try (VectorStore store = VectorStore.open(directory, OPTIONS)) {
      Random random = new Random(1);
      for (int round = 0; round < 4; round++) {
        for (String name : List.of("one", "two")) {
          for (int partition = 0; partition < 2; partition++) {
            VectorCollection docs = store.declare(name, SMALL);
            fill(docs, partition, 1_000L * round, 500 + random.nextInt(500), 700, random);
          }
        }
        checkpoint(store);
      }
      assertDisk(store);
      assertEquals(16, store.stats().total().disk().chunks());
      assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
      assertDisk(store);
      assertEquals(4, store.stats().total().disk().chunks());
    }
  }

  private void assertDisk(VectorStore store) throws Exception {
    StoreStats stats = store.stats();
    assertEquals(OptionalLong.of(blocks(directory)), stats.allocatedBytes(), stats::toString);
    for (StoreStats.CollectionStats collection : stats.collections()) {
      for (StoreStats.ShardStats shard : collection.shards()) {
        Path folder = StoreLayout.folder(directory, collection.name(), shard.partition(), 0).path();
        Figures.DiskStats disk = shard.figures().disk();
        assertEquals(OptionalLong.of(blocks(folder)), disk.allocatedBytes());
        assertEquals(lengths(folder), disk.logicalBytes());
      }
    }
    // The lock is the store's, not a shard's.
    assertEquals(ProcSelf.openFiles(directory) - 1, stats.total().disk().openFiles());
    assertEquals(ProcSelf.maps(directory), stats.total().mapped().maps());
    assertEquals(List.of(), stats.notes());
  }

  /** Length of what the newest manifest names, and its own: all files but older manifests. */
  private static long lengths(Path folder) throws IOException {
    try (Stream<Path> listing = Files.list(folder)) {
      List<Path> files = listing.sorted().toList();
      Path newest =
          files.stream()
              .filter(file -> file.toString().contains("manifest-"))
              .reduce((_, later) -> later)
              .orElseThrow();
      long sum = 0;
      for (Path file : files) {
        sum += file.equals(newest) || !file.toString().contains("manifest-") ? Files.size(file) : 0;
      }
      return sum;
    }
  }

  /** Blocks of all files below a folder, as {@code find} counts them. */
  private static long blocks(Path folder) throws Exception {
    Process find =
        new ProcessBuilder("find", folder.toString(), "-type", "f", "-printf", "%b\n")
            .redirectErrorStream(true)
            .start();
    String output = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(find.waitFor(60, TimeUnit.SECONDS), "find hangs");
    assertEquals(0, find.exitValue(), output);
    return 512 * output.lines().mapToLong(Long::parseLong).sum();
  }

  @Test
  void residentBytesAreThoseThatQueriesHaveTouched() throws Exception {
    VectorSchema wide = new VectorSchema(4_096, Metric.DOT);
    try (VectorStore store = VectorStore.open(directory, OPTIONS)) {
      fill(store.declare("wide", wide), 0, 0, 6_000, 6_000, new Random(2));
      checkpoint(store);
      assertEquals(0, store.stats().total().memory().hotAllocatedBytes());
    }
    Path folder = StoreLayout.folder(directory, "wide", 0, 0).path();
    LinuxCalls.dropFromMemory(folder.resolve("00000001.segment"));
    try (VectorStore store = VectorStore.open(directory, OPTIONS)) {
      VectorCollection docs = store.collection("wide").orElseThrow();
      Figures.MappedStats opened = store.stats().total().mapped();
      assertTrue(opened.bytes() > 90 * MIB, opened::toString);
      // Header and footer, and what the kernel reads around them.
      assertTrue(opened.residentBytes().orElseThrow() < opened.bytes() / 2, opened::toString);
      docs.search(KnnQuery.nearest(new float[4_096], 1));
      Figures.MappedStats searched = store.stats().total().mapped();
      long resident = searched.residentBytes().orElseThrow();
      assertNear(searched.bytes(), resident, searched.bytes() / 50);
      assertNear(ProcSelf.residentBytes(directory), resident, searched.bytes() / 50);
    }
  }

  @Test
  void hotBytesAreAnonymousMemoryOfTheProcess() throws Exception {
    // In a process of its own, whose heap has its size from the start: it is such memory too.
    Process process =
        new ProcessBuilder(
                Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "java")
                    .toString(),
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-XX:TieredStopAtLevel=1",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path")),
                HotMemory.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it hangs");
    assertEquals(0, process.exitValue(), output);
    List<Long> figures = output.lines().map(Long::valueOf).toList();
    long allocated = figures.get(0);
    assertTrue(allocated > 190 * MIB, () -> allocated + " bytes");
    // The small compiler: the large one takes and gives memory as it likes.
    assertNear(allocated, figures.get(1), allocated / 20);
  }

  /** Prints by how much hot buffers and anonymous memory grow with the same rows. */
  static final class HotMemory {
    private HotMemory() {}

    @SuppressWarnings("SystemOut") // a process has no other way to answer
    static void main(String[] arguments) throws Exception {
      StoreOptions options = OPTIONS.withHotBufferBytes(1 << 29);
      try (VectorStore store = VectorStore.open(Path.of(arguments[0]), options)) {
        VectorCollection docs = store.declare("wide", new VectorSchema(1_024, Metric.DOT));
        Random random = new Random(3);
        fill(docs, 0, 0, 5_000, 5_000, random);
        StoreStats before = store.stats();
        fill(docs, 0, 5_000, 50_000, 50_000, random);
        StoreStats after = store.stats();
        System.out.println(hotAllocated(after) - hotAllocated(before));
        System.out.println(
            after.process().rssAnonBytes().orElseThrow()
                - before.process().rssAnonBytes().orElseThrow());
        assertEquals(after.hotAllocatedBytes(), hotAllocated(after));
      }
    }

    private static long hotAllocated(StoreStats stats) {
      return stats.total().memory().hotAllocatedBytes();
    }
  }

  @Test
  void payloadsAndIndexesAreWhatWasPutThere() throws Exception {
    try (VectorStore store = VectorStore.open(directory, OPTIONS)) {
      VectorCollection docs = store.declare("docs", SMALL);
      Random random = new Random(4);
      long coldPayloads = 0;
      long coldIndex = 0;
      for (int round = 1; round <= 5; round++) {
        int rows = 100 + random.nextInt(900);
        Content hot = fill(docs, 0, 1_000L * round, rows, rows, random);
        Figures before = store.stats().total();
        assertNear(coldPayloads + hot.payloadBytes, before.content().payloadBytes(), 3L * round);
        assertEquals(coldIndex + hotIndex(rows), before.content().indexBytes());
        assertEquals(
            hot.keyAndPayloadBytes + rows * (12L + 4 + 48) + hotTable(rows),
            before.memory().hotUsedBytes());
        assertTrue(before.memory().hotUsedBytes() <= before.memory().hotAllocatedBytes());
        checkpoint(store);
        coldPayloads += hot.payloadBytes;
        coldIndex += 4L * (rows + rows / 3 + 1);
        Figures after = store.stats().total();
        assertNear(coldPayloads, after.content().payloadBytes(), 3L * round);
        assertEquals(coldIndex, after.content().indexBytes());
        assertEquals(new Figures.MemoryStats(0, 0), after.memory());
      }
      docs.shard(0).append(Records.delete(9_000, "key-1"), 0);
      Figures after = store.stats().total();
      assertEquals(coldIndex + hotIndex(1), after.content().indexBytes());
      assertEquals(5 + 48 + hotTable(1), after.memory().hotUsedBytes());
    }
  }

  /** Slots of 8 bytes, 128 at first, doubled whenever the next key would fill four fifths. */
  private static long hotTable(int keys) {
    long slots = 128;
    while (5L * keys > 4 * slots) {
      slots *= 2;
    }
    return 8 * slots;
  }

  /** All tables that there have been. */
  private static long hotIndex(int keys) {
    long sum = 0;
    for (long table = hotTable(keys); table >= 8 * 128; table /= 2) {
      sum += table;
    }
    return sum;
  }

  @Test
  void takingFiguresReadsNoRowAndNoIndex() throws Exception {
    try (VectorStore store = VectorStore.open(directory, OPTIONS)) {
      VectorCollection docs = store.declare("docs", SMALL);
      fill(docs, 0, 0, 300, 300, new Random(5));
      checkpoint(store);
      wipeChunk(StoreLayout.folder(directory, "docs", 0, 0).path().resolve("00000001.segment"));
      Random random = new Random(6);
      fill(docs, 0, 300, 100, 50, random);
      docs.shard(0).append(Records.delete(400, "key-7"), 0);
      StoreStats stats = store.stats();
      assertEquals(
          new Figures.RowStats(300 + 49, 50, 300, 0, 100), stats.total().rows(), "49 may be new");
      assertFalse(stats.collections().getFirst().shards().getFirst().failure().isPresent());
      assertThrows(CorruptFileException.class, docs::liveRows);
    }
  }

  /** Overwrites everything but the headers of file and chunk and the end. */
  private static void wipeChunk(Path segment) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(320);
      file.write(new byte[(int) file.length() - 320 - 256]);
    }
  }

  @Test
  void whatIsNotKnownOfLiveRowsIsSaid() throws Exception {
    try (VectorStore store = VectorStore.open(directory, OPTIONS)) {
      VectorCollection docs = store.declare("docs", SMALL);
      Random random = new Random(7);
      fill(docs, 0, 0, 100, 100, random);
      assertEquals(new Figures.RowStats(100, 0, 0, 0, 100), store.stats().total().rows());
      checkpoint(store);
      assertEquals(new Figures.RowStats(100, 0, 100, 0, 0), store.stats().total().rows());
      fill(docs, 0, 100, 60, 20, random);
      assertEquals(new Figures.RowStats(120, 20, 100, 0, 60), store.stats().total().rows());
      assertEquals(100, docs.liveRows());
      assertEquals(new Figures.RowStats(100, 0, 100, 0, 60), store.stats().total().rows());
      fill(docs, 0, 160, 1, 1, random);
      assertEquals(new Figures.RowStats(100, 0, 100, 0, 61), store.stats().total().rows());
      checkpoint(store);
      assertEquals(new Figures.RowStats(100, 0, 120, 20, 0), store.stats().total().rows());
    }
  }

  @Test
  void whereTheSystemOffersNothingFiguresAreMissingWithANote() throws Exception {
    OperatingSystem bare = OperatingSystem.of(_ -> Optional.empty(), directory.resolve("none"));
    Path data = directory.resolve("data");
    try (VectorStore store = LocalVectorStore.open(data, OPTIONS, StorageFiles.real(bare), bare)) {
      fill(store.declare("docs", SMALL), 0, 0, 10, 10, new Random(8));
      checkpoint(store);
      StoreStats stats = store.stats();
      Figures total = stats.total();
      assertEquals(10, total.rows().live());
      assertTrue(total.disk().logicalBytes() > 0);
      assertTrue(total.mapped().bytes() > 0);
      assertEquals(OptionalLong.empty(), total.disk().allocatedBytes());
      assertEquals(OptionalLong.empty(), total.mapped().residentBytes());
      assertEquals(OptionalLong.empty(), stats.allocatedBytes());
      assertEquals(OptionalLong.empty(), stats.process().openFiles());
      assertTrue(stats.notes().contains("statx is not available here"), stats::toString);
      assertTrue(stats.notes().contains("mincore is not available here"), stats::toString);
      assertEquals(stats.notes(), store.stats().notes(), "each reason once");
    }
  }

  @Test
  void aFileSystemOfAnotherKindAnswersToo() throws Exception {
    MemoryFiles files = new MemoryFiles();
    try (VectorStore store = LocalVectorStore.open(Path.of("/data"), OPTIONS, files)) {
      fill(store.declare("docs", SMALL), 0, 0, 10, 10, new Random(9));
      checkpoint(store);
      long expected =
          files.contents().values().stream()
              .mapToLong(bytes -> Math.ceilDiv(bytes.length, 4096) * 4096L)
              .sum();
      assertEquals(OptionalLong.of(expected), store.stats().allocatedBytes());
    }
  }

  /** Bytes that were put. */
  private static final class Content {
    private long payloadBytes;
    private long keyAndPayloadBytes;
  }

  private static Content fill(
      VectorCollection docs, int partition, long offset, int rows, int keys, Random random)
      throws IOException {
    Shard shard = docs.shard(partition);
    Content content = new Content();
    float[] vector = Records.vector(random, docs.schema().dimension());
    for (int row = 0; row < rows; row++) {
      vector[0] = 1 + random.nextFloat();
      String payload = "p".repeat(random.nextInt(20));
      VectorRecord.Upsert record =
          Records.upsert(offset + row, "key-" + row % keys, vector, payload);
      assertInstanceOf(AppendResult.Appended.class, shard.append(record, 0));
      content.payloadBytes += payload.length();
      content.keyAndPayloadBytes += payload.length() + record.key().byteSize();
    }
    return content;
  }

  private static void checkpoint(VectorStore store) throws Exception {
    assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
  }
}
