package io.weir.bench.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir Path directory;

  @Test
  void blocksAreCountedAndNotLengths() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("a/b"));
    PlainWrite.seconds(folder.resolve("full"), 1 << 20);
    try (RandomAccessFile hole = new RandomAccessFile(folder.resolve("hole").toFile(), "rw")) {
      hole.setLength(1 << 20);
    }
    long bytes = Folders.allocatedBytes(directory);
    assertTrue(bytes >= 1 << 20 && bytes < (1 << 20) + (1 << 16), () -> bytes + " bytes");
    assertEquals(2, Folders.files(directory));
  }

  @Test
  void aFolderIsRemovedWithWhatIsInIt() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("a/b"));
    Files.createFile(folder.resolve("file"));
    Folders.delete(directory.resolve("a"));
    assertFalse(Files.exists(directory.resolve("a")));
  }
}
