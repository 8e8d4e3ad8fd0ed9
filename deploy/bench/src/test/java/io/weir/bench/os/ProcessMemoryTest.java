package io.weir.bench.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ProcessMemoryTest {
  private static final int BYTES = 8 << 20;
  private static final int PAGE = 4_096;

  @TempDir Path directory;

  @Test
  void aMapCountsWhenItHasBeenTouchedAndItsNameEndsSo() throws Exception {
    Path file = directory.resolve("1.segment");
    PlainWrite.seconds(file, BYTES);
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment map = channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES, arena);
      long sum = 0;
      for (long at = 0; at < BYTES; at += PAGE) {
        sum += map.get(ValueLayout.JAVA_BYTE, at);
      }
      assertEquals(0, sum);
      long resident = ProcessMemory.mappedResidentBytes(directory, ".segment");
      // A machine that is short of memory takes some pages back at once.
      assertTrue(resident >= BYTES / 10 * 9 && resident <= BYTES, () -> resident + " bytes");
      assertEquals(0, ProcessMemory.mappedResidentBytes(directory, ".dead"));
    }
  }

  @Test
  void memoryThatWasTakenIsSeen() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      long before = ProcessMemory.anonymousBytes();
      // So much that what the heap gives back meanwhile does not hide it.
      MemorySegment taken = arena.allocate(32L * BYTES);
      taken.fill((byte) 1);
      long grown = ProcessMemory.anonymousBytes() - before;
      assertTrue(grown > 16L * BYTES, () -> grown + " bytes");
    }
  }
}
