package io.weir.deploy.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A line every few seconds, for output that goes to a file or another program. */
final class LineProgress implements FeedProgress {

  static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PrintWriter to;
  private final String task;
  private final long total;
  private final LongSupplier nanoClock;
  private long nextNanos;

  LineProgress(PrintWriter to, String task, long total, LongSupplier nanoClock) {
    this.to = to;
    this.task = task;
    this.total = total;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong() + INTERVAL_NANOS;
  }

  @Override
  public void accept(long records) {
    long now = nanoClock.getAsLong();
    if (now - nextNanos >= 0) {
      nextNanos = now + INTERVAL_NANOS;
      to.println(String.format(Locale.ROOT, "%s: %,d of %,d records", task, records, total));
      to.flush();
    }
  }

  @Override
  public void close() {}
}
