package io.weir.deploy.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs that are not ours, in a folder, each within a limit. */
public final class ForeignPrograms {
  private static final Path NOTHING = Path.of("/dev/null");

  private final Path directory;
  private final Duration limit;

  /**
   * Runs nothing yet.
   *
   * @param directory where programs run, and where their output goes
   * @param limit the longest time of one; what takes longer fails the test and is killed
   */
  public ForeignPrograms(Path directory, Duration limit) {
    this.directory = directory;
    this.limit = limit;
  }

  /** How a program ended, and what it wrote. */
  public record Ended(int exitCode, String output, String errors) {}

  /** Fails in CI, and skips the test elsewhere, where what a test needs is not there. */
  public static void need(boolean there, String otherwise) {
    String message = otherwise + "; .ci/run installs what this needs";
    if ("true".equals(System.getenv("CI"))) {
      assertTrue(there, message);
    }
    assumeTrue(there, message);
  }

  /** Whether a program is there and ends well. */
  public boolean works(String... command) throws Exception {
    try {
      return run(List.of(command)).exitCode() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  /** Runs a program that reads nothing. */
  public Ended run(List<String> command) throws Exception {
    return run(NOTHING, command);
  }

  /** Runs a program that reads a file. */
  public Ended run(Path input, List<String> command) throws Exception {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Path errors = Files.createTempFile(directory, "errors", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertTrue(
          process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS), () -> command + " hangs");
      return new Ended(process.exitValue(), Files.readString(output), Files.readString(errors));
    } finally {
      process.destroyForcibly();
    }
  }
}
