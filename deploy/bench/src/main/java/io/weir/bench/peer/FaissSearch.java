package io.weir.bench.peer;

import io.weir.bench.os.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * FAISS's flat index of the inner product in a Python process of its own, on one thread.
 *
 * <p><b>Threads:</b> one.
 */
public final class FaissSearch implements AutoCloseable {
  private static final String PYTHON = "python3";
  private static final String SCRIPT = "faiss_search.py";
  private static final int WAIT_SECONDS = 60;

  private final JavaProcess process;

  private FaissSearch(JavaProcess process) {
    this.process = process;
  }

  /** Returns the version that Python finds here, such as Debian's {@code python3-faiss}. */
  public static Optional<String> version() throws InterruptedException {
    try {
      Process asked =
          new ProcessBuilder(PYTHON, "-c", "import faiss; print(faiss.__version__)")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      asked.getOutputStream().close();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean found = asked.waitFor(WAIT_SECONDS, TimeUnit.SECONDS) && asked.exitValue() == 0;
      return found ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException noPython) {
      return Optional.empty();
    }
  }

  /**
   * Reads rows into memory.
   *
   * @param rows file of float32 rows, little-endian
   * @param folder for its script and its errors
   */
  @SuppressWarnings("MustBeClosedChecker") // the process moves into the returned object
  public static FaissSearch of(Path rows, int dimension, int k, Path folder)
      throws IOException, InterruptedException {
    Path script = folder.resolve(SCRIPT);
    try (InputStream text = FaissSearch.class.getResourceAsStream(SCRIPT)) {
      Files.copy(Objects.requireNonNull(text, SCRIPT), script);
    }
    List<String> command =
        List.of(
            PYTHON,
            script.toString(),
            rows.toString(),
            String.valueOf(dimension),
            String.valueOf(k));
    JavaProcess process = JavaProcess.start("FAISS", command, folder.resolve("faiss.err"));
    try {
      process.answer();
      return new FaissSearch(process);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  /**
   * Searches for what is nearest to a row, one of the first 1,024, and returns how long it took.
   */
  public long nanos(int row) throws IOException, InterruptedException {
    return Long.parseLong(process.ask(String.valueOf(row)));
  }

  @Override
  public void close() {
    process.close();
  }
}
