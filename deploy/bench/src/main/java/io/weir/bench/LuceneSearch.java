package io.weir.bench;

import io.weir.bench.os.Dialogue;
import io.weir.bench.os.JavaProcess;
import io.weir.bench.peer.LucenePeer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Exact searches of Lucene's files in a process of their own, on one thread: in one process, what
 * both load vectors with would be compiled for the memory of both, and be slower for either.
 *
 * <p><b>Threads:</b> one.
 */
final class LuceneSearch implements AutoCloseable {
  private final JavaProcess process;

  private LuceneSearch(JavaProcess process) {
    this.process = process;
  }

  /**
   * Opens files of {@link Rows}.
   *
   * @param seed of the rows
   * @param errors a file for what it complains of
   */
  @SuppressWarnings("MustBeClosedChecker") // the process moves into the returned object
  static LuceneSearch of(Path directory, long seed, int k, Path errors)
      throws IOException, InterruptedException {
    JavaProcess process =
        JavaProcess.start(
            LuceneSearch.class,
            List.of(),
            List.of(directory.toString(), String.valueOf(seed), String.valueOf(k)),
            errors);
    try {
      process.answer();
      return new LuceneSearch(process);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  /** Searches for what is nearest to a row and returns how long it took. */
  long nanos(int row) throws IOException, InterruptedException {
    return Long.parseLong(process.ask(String.valueOf(row)));
  }

  @Override
  public void close() {
    process.close();
  }

  /** In that process: folder, seed of the rows, k; a line is the number of a row. */
  public static void main(String[] arguments) throws Exception {
    Rows source = new Rows(Long.parseLong(arguments[1]));
    int k = Integer.parseInt(arguments[2]);
    try (LucenePeer.FlatSearch search = new LucenePeer().searchFlat(Path.of(arguments[0]))) {
      new Dialogue()
          .run(
              "ready",
              words -> {
                float[] query = source.vector(Integer.parseInt(words[0]));
                long started = System.nanoTime();
                search.nearest(query, k);
                return String.valueOf(System.nanoTime() - started);
              });
    }
  }
}
