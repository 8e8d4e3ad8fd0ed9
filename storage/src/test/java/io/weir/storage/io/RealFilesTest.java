package io.weir.storage.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealFilesTest {
  @TempDir Path directory;

  /** Inner loops over maps and slabs are as fast as over one kind alone. */
  @Test
  void aMapIsOfTheClassThatSlabsAreOfAndEndsWithItsArena() throws Exception {
    byte[] bytes = {1, 2, 3, 4, 5};
    Path path = Files.write(directory.resolve("file"), bytes);
    MemorySegment map;
    try (Arena arena = Arena.ofShared();
        StorageFile file = StorageFiles.real().openToRead(path)) {
      map = file.map(0, bytes.length, arena);
      assertEquals(arena.allocate(1).getClass(), map.getClass());
      assertTrue(map.isReadOnly());
      assertArrayEquals(bytes, map.toArray(ValueLayout.JAVA_BYTE));
    }
    assertFalse(map.scope().isAlive());
    assertThrows(IllegalStateException.class, () -> map.get(ValueLayout.JAVA_BYTE, 0));
  }
}
