package io.weir.storage.os;

import static io.weir.storage.testing.StoreAssertions.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.testing.LinuxCalls;
import io.weir.storage.testing.ProcSelf;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(120)
class OperatingSystemTest {
  private static final OperatingSystem HOST = OperatingSystem.host();
  private static final int PAGE = 4096;

  @TempDir Path directory;

  @Test
  void aFileHasAsManyBytesAsItsBlocks() throws Exception {
    Path file = directory.resolve("file");
    assertEquals(OptionalLong.of(0), HOST.allocatedBytes(file), "not there yet");
    Files.write(file, new byte[10_000]);
    assertEquals(OptionalLong.of(12_288), HOST.allocatedBytes(file));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1 << 30);
    }
    assertEquals(OptionalLong.of(12_288), HOST.allocatedBytes(file), "a hole takes none");
  }

  @Test
  void residentIsWhatWasTouchedAndNoMore() throws Throwable {
    // Longer than a slice, and no whole number of pages.
    long bytes = Mincore.SLICE_BYTES + 100 * PAGE + 123;
    try (Arena arena = Arena.ofConfined()) {
      Path file = file(bytes);
      LinuxCalls.dropFromMemory(file);
      MemorySegment mapped = map(file, arena);
      LinuxCalls.noReadAhead(mapped);
      assertEquals(OptionalLong.of(0), HOST.residentBytes(mapped), "nothing was touched");
      long half = bytes / 2;
      touch(mapped, 0, half);
      long resident = HOST.residentBytes(mapped).orElseThrow();
      assertNear(half, resident, half / 50);
      assertNear(ProcSelf.residentBytes(directory), resident, half / 50);
      touch(mapped, half, bytes);
      assertEquals(OptionalLong.of(bytes), HOST.residentBytes(mapped), "to the byte");
      assertEquals(
          OptionalLong.of(5_000), HOST.residentBytes(mapped.asSlice(1_000, 5_000)), "within pages");
      assertEquals(OptionalLong.of(0), HOST.residentBytes(mapped.asSlice(1_000, 0)), "nothing");
    }
  }

  @Test
  void onlyMemoryThatIsThereIsAskedFor() {
    MemorySegment gone;
    try (Arena arena = Arena.ofConfined()) {
      gone = arena.allocate(10);
    }
    assertThrows(IllegalStateException.class, () -> HOST.residentBytes(gone));
    MemorySegment heap = MemorySegment.ofArray(new byte[10]);
    assertThrows(IllegalArgumentException.class, () -> HOST.isReadable(heap));
  }

  @Test
  void aFileThatWasCutIsFoundWithoutDying() throws Exception {
    Path file = file(10 * PAGE);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = map(file, arena);
      assertTrue(HOST.isReadable(mapped));
      assertTrue(HOST.isReadable(mapped.asSlice(0, 0)));
      try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
        cut.setLength(5 * PAGE);
      }
      assertFalse(HOST.isReadable(mapped));
      assertFalse(HOST.isReadable(mapped.asSlice(7 * PAGE + 1, 1)));
      assertTrue(HOST.isReadable(mapped.asSlice(0, 5 * PAGE)));
    }
  }

  @Test
  void aProcessIsWhatProcSaysOfIt() throws Exception {
    long filesBefore = HOST.process().openFiles().orElseThrow();
    long mapsBefore = HOST.process().maps().orElseThrow();
    Path file = file(PAGE);
    try (Arena arena = Arena.ofConfined()) {
      List<FileChannel> open = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        open.add(FileChannel.open(file));
        map(file, arena);
      }
      ProcessFigures now = HOST.process();
      assertEquals(50, ProcSelf.maps(directory));
      // Other threads map and unmap too.
      assertNear(mapsBefore + 50, now.maps().orElseThrow(), 20);
      assertNear(filesBefore + 50, now.openFiles().orElseThrow(), 5);
      assertNear(ProcSelf.descriptors().size(), now.openFiles().orElseThrow(), 5);
      assertEquals(sysctl("vm.max_map_count"), now.mapsLimit().orElseThrow());
      assertTrue(now.rssAnonBytes().orElseThrow() > 1 << 20, now::toString);
      assertTrue(now.rssFileBytes().orElseThrow() > 1 << 20, now::toString);
      for (FileChannel channel : open) {
        channel.close();
      }
    }
  }

  @Test
  void aSystemThatOffersNothingLeavesNotesAndThrowsNothing() {
    OperatingSystem bare = OperatingSystem.of(_ -> Optional.empty(), directory.resolve("proc"));
    for (int twice = 0; twice < 2; twice++) {
      assertEquals(OptionalLong.empty(), bare.allocatedBytes(directory));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocate(10);
        assertEquals(OptionalLong.empty(), bare.residentBytes(memory));
        assertTrue(bare.isReadable(memory), "not known to be unreadable");
      }
      OptionalLong none = OptionalLong.empty();
      assertEquals(new ProcessFigures(none, none, none, none, none), bare.process());
    }
    assertEquals(
        List.of(
            directory + "/proc/self/fd says nothing: NoSuchFileException",
            directory + "/proc/self/maps says nothing: NoSuchFileException",
            directory + "/proc/self/status says nothing: NoSuchFileException",
            directory + "/proc/sys/vm/max_map_count says nothing: NoSuchFileException",
            "madvise is not available here",
            "mincore is not available here",
            "statx is not available here",
            "sysconf is not available here"),
        bare.notes());
  }

  @Test
  void aFigureThatIsNotWhereItIsExpectedIsMissing() throws Exception {
    Path proc = directory.resolve("proc");
    Files.createDirectories(proc.resolve("self/fd"));
    Files.createDirectories(proc.resolve("sys/vm"));
    Files.writeString(proc.resolve("self/status"), "Name:\tweir\nRssAnon:\t      12 kB\n");
    Files.writeString(proc.resolve("self/maps"), "one\ntwo\n");
    Files.writeString(proc.resolve("sys/vm/max_map_count"), "many\n");
    OperatingSystem odd = OperatingSystem.of(_ -> Optional.empty(), proc);
    assertEquals(
        new ProcessFigures(
            OptionalLong.of(12 * 1024),
            OptionalLong.empty(),
            OptionalLong.of(0),
            OptionalLong.of(2),
            OptionalLong.empty()),
        odd.process());
  }

  private static long sysctl(String name) throws Exception {
    Process process =
        new ProcessBuilder("cat", "/proc/sys/" + name.replace('.', '/'))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "cat hangs");
    return Long.parseLong(output.strip());
  }

  private Path file(long bytes) throws IOException {
    Path file = directory.resolve("mapped");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer some = ByteBuffer.allocate(1 << 16);
      for (long left = bytes; left > 0; left -= some.limit()) {
        channel.write(some.clear().limit((int) Math.min(left, some.capacity())));
      }
      channel.force(true);
    }
    return file;
  }

  private static MemorySegment map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private static void touch(MemorySegment mapped, long from, long to) {
    long sum = 0;
    for (long at = from; at < to; at += PAGE) {
      sum += mapped.get(ValueLayout.JAVA_BYTE, at);
    }
    assertEquals(0, sum + mapped.get(ValueLayout.JAVA_BYTE, to - 1));
  }
}
