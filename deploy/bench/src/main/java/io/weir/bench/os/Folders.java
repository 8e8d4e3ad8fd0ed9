package io.weir.bench.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Folders that a bench has made. */
public final class Folders {
  private static final int BLOCK_BYTES = 512;
  private static final int WAIT_SECONDS = 60;

  private Folders() {}

  /** Removes a folder with all that is in it. */
  public static void delete(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }

  /**
   * Returns the bytes that the file system has allocated for all files below a folder, in blocks as
   * {@code stat} counts them. Inodes of directories are not counted.
   *
   * @throws IOException if {@code find} or {@code stat} is missing or fails
   */
  public static long allocatedBytes(Path directory) throws IOException, InterruptedException {
    Process find =
        new ProcessBuilder(
                "find", directory.toString(), "-type", "f", "-exec", "stat", "-c", "%b", "{}", "+")
            .redirectErrorStream(true)
            .start();
    String output = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!find.waitFor(WAIT_SECONDS, TimeUnit.SECONDS) || find.exitValue() != 0) {
      find.destroyForcibly();
      throw new IOException("cannot count the blocks of " + directory + ": " + output.strip());
    }
    return BLOCK_BYTES * output.lines().mapToLong(Long::parseLong).sum();
  }

  /** Returns how many files lie below a folder. */
  public static long files(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile).count();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
