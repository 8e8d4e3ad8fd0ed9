package io.weir.bench.report;

import java.io.PrintWriter;

/**
 * Tells somebody who waits how far a bench is: parts, one after the other.
 *
 * <p><b>Threads:</b> one.
 */
public interface Progress extends AutoCloseable {

  /** Returns a bar that is redrawn in place where a terminal shows it, else a line a part. */
  static Progress to(PrintWriter out, boolean terminal) {
    return terminal ? new BarProgress(out) : new LineProgress(out);
  }

  /**
   * Begins a part; the one before ends.
   *
   * @param what what is done
   * @param units how many units it has
   */
  void begin(String what, long units);

  /** So many units of the part are done. */
  void reach(long units);

  /** Ends the last part; what is printed next begins on a line of its own. */
  @Override
  void close();
}
