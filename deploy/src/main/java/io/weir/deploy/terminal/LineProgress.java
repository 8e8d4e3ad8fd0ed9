package io.weir.deploy.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A line every few seconds, for output that goes to a file or another program. */
final class LineProgress implements Progress {

  static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final PrintWriter to;
  private final String task;
  private final String unit;
  private final LongSupplier nanoClock;
  private final long start;
  private final long startNanos;
  private long total;
  private long nextNanos;

  LineProgress(
      PrintWriter to, String task, String unit, long total, long start, LongSupplier nanoClock) {
    this.to = to;
    this.task = task;
    this.unit = unit;
    this.total = total;
    this.start = start;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
    this.nextNanos = startNanos + INTERVAL_NANOS;
  }

  @Override
  public void accept(long done) {
    long now = nanoClock.getAsLong();
    if (now - nextNanos >= 0) {
      nextNanos = now + INTERVAL_NANOS;
      double perSecond = Math.max(1, done - start) * NANOS_PER_SECOND / (now - startNanos);
      Duration left = Duration.ofMillis(Math.round(Math.max(0, total - done) * 1e3 / perSecond));
      to.println(
          String.format(
              Locale.ROOT,
              "%s: %,d of %,d %s, %,d a second, %s to go",
              task,
              done,
              total,
              unit,
              Math.round(perSecond),
              Figures.duration(left)));
      to.flush();
    }
  }

  @Override
  public void expect(long newTotal) {
    total = newTotal;
  }

  @Override
  public void close() {}
}
