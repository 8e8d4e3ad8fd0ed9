package io.weir.bench.os;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir Path directory;

  @Test
  void blocksAreCountedAndNotLengths() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("a/b"));
    // Not to be compressed by any file system.
    byte[] random = new byte[1 << 20];
    new Random(1).nextBytes(random);
    try (FileChannel full = FileChannel.open(folder.resolve("full"), CREATE_NEW, WRITE)) {
      assertEquals(random.length, full.write(ByteBuffer.wrap(random)));
      full.force(true);
    }
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
