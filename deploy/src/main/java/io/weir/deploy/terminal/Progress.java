package io.weir.deploy.terminal;

import java.io.PrintWriter;
import java.util.function.LongConsumer;

/**
 * Shows how far a long piece of work has come.
 *
 * <p><b>Threads:</b> one at a time.
 */
public interface Progress extends LongConsumer, AutoCloseable {

  /**
   * Begins to show progress.
   *
   * @param terminal whether somebody watches, so that a line may be redrawn
   * @param task what is worked on
   * @param unit what is counted, in the plural
   * @param total how many there will be
   * @param start how many there are already
   */
  static Progress on(
      PrintWriter to, boolean terminal, String task, String unit, long total, long start) {
    return terminal && start < total
        ? new BarProgress(to, task, unit, total, start)
        : new LineProgress(to, task, unit, total, start, System::nanoTime);
  }

  /** Shows nothing. */
  static Progress none() {
    return new NoProgress();
  }

  /** Tells how many there are now, those of the start included. */
  @Override
  void accept(long done);

  /** Corrects how many there will be. */
  void expect(long total);

  /** Ends the display; what is printed next begins on a line of its own. */
  @Override
  void close();
}
