package io.weir.bench.report;

import java.io.PrintWriter;

/** A line when a part begins: for a log. */
final class LineProgress implements Progress {
  private final PrintWriter out;

  LineProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begin(String what, long units) {
    out.println(what);
    out.flush();
  }

  @Override
  public void reach(long units) {}

  @Override
  public void close() {}
}
