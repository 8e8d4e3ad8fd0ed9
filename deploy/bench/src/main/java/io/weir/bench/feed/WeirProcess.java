package io.weir.bench.feed;

import io.weir.bench.os.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A Weir in a process of its own, with the flags of this process, which the launcher gave it, and
 * the default settings.
 */
public final class WeirProcess implements AutoCloseable {
  private final JavaProcess process;
  private final int port;

  private WeirProcess(JavaProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts, and waits until it answers.
   *
   * @param settings as {@link WeirSettings} writes them
   */
  @SuppressWarnings("MustBeClosedChecker") // the process moves into the returned object
  public static WeirProcess start(Path settings) throws IOException, InterruptedException {
    JavaProcess process =
        JavaProcess.start(
            WeirMain.class,
            JavaProcess.ownFlags("-X"),
            List.of(settings.toString()),
            settings.resolveSibling("weir.stderr"));
    try {
      return new WeirProcess(process, Integer.parseInt(process.answer()));
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** Where it answers, on loopback. */
  public int port() {
    return port;
  }

  /** The sum of its shards' applied positions. */
  public long applied() throws IOException, InterruptedException {
    return Long.parseLong(process.ask("applied"));
  }

  /** Begins to note down when positions do not move. */
  public void watch() throws IOException, InterruptedException {
    process.ask("watch");
  }

  /** Ends the watch, once. */
  public List<Pause> pauses(Path file) throws IOException, InterruptedException {
    process.ask("pauses " + file);
    return Pause.read(file);
  }

  /**
   * The most heap since the start.
   *
   * @param peakBytes used, garbage included
   * @param livePeakBytes left after collections
   */
  public record Heap(long peakBytes, long livePeakBytes) {}

  /** The most heap since the start. */
  public Heap heap() throws IOException, InterruptedException {
    String[] words = process.ask("heap").split(" ", -1);
    return new Heap(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  @Override
  public void close() {
    process.close();
  }
}
