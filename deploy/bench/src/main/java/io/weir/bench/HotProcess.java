package io.weir.bench;

import io.weir.bench.os.JavaProcess;
import io.weir.bench.os.ProcessMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that fills a hot buffer and looks at its memory.
 *
 * <p>In a JVM that has worked before, the growth of memory says little: the heap reaches into pages
 * that it had not touched, and the allocator hands out pages that it had kept. This one has a fixed
 * heap that is touched beforehand, and an allocator that has freed nothing.
 */
final class HotProcess {
  private static final int WARM_UP_PART = 4;
  private static final int WAIT_MINUTES = 5;

  /** A heap that does not grow, and the compiler that takes little memory of its own. */
  private static final List<String> STEADY_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms128m",
          "-Xmx128m",
          "-XX:+AlwaysPreTouch",
          "-XX:TieredStopAtLevel=1");

  private HotProcess() {}

  /**
   * What the process found.
   *
   * @param reportedBytes what the store says that the rows take
   * @param systemBytes by how much the process's anonymous memory has grown
   */
  record Memory(long reportedBytes, long systemBytes) {}

  /** Starts the process in an empty folder and waits for it. */
  static Memory measure(Path directory, int rows) throws IOException, InterruptedException {
    Path answer = directory.resolve("answer");
    List<String> command =
        JavaProcess.command(
            HotProcess.class,
            STEADY_JVM,
            List.of(directory.toString(), String.valueOf(rows), answer.toString()));
    // Not to a pipe: reading that would wait for a process that hangs.
    Path said = directory.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    if (!process.waitFor(WAIT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(
          "the process that measures its memory failed: "
              + new String(Files.readAllBytes(said), StandardCharsets.UTF_8));
    }
    List<String> bytes = Files.readAllLines(answer);
    return new Memory(Long.parseLong(bytes.get(0)), Long.parseLong(bytes.get(1)));
  }

  /** In that process: folder, rows, file for the answer. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int rows = Integer.parseInt(arguments[1]);
    Rows source = new Rows(6, 0);
    try (OneShard warm = OneShard.open(directory.resolve("warm-up"), OneShard.NO_CHECKPOINTS);
        OneShard one = OneShard.open(directory.resolve("store"), OneShard.NO_CHECKPOINTS)) {
      // Stays until the end: memory that it gave back would be handed out again.
      warm.append(source, 0, rows / WARM_UP_PART, row -> {});
      long before = ProcessMemory.anonymousBytes();
      one.append(source, 0, rows, row -> {});
      long grown = ProcessMemory.anonymousBytes() - before;
      long reported = one.store().stats().hotAllocatedBytes();
      Files.writeString(Path.of(arguments[2]), reported + "\n" + grown);
    }
  }
}
