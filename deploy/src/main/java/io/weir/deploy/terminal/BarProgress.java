package io.weir.deploy.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that redraws itself in place, for somebody who watches a terminal. */
final class BarProgress implements Progress {

  /** One less than the narrowest usual terminal, so that no line wraps. */
  private static final int COLUMNS = 79;

  private static final int REDRAW_MILLIS = 200;

  private final PrintWriter terminal;
  private final ProgressBar bar;

  BarProgress(PrintWriter terminal, String task, String unit, long total, long start) {
    this.terminal = terminal;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setStyle(ProgressBarStyle.ASCII)
            .setInitialMax(total)
            .startsFrom(start, Duration.ZERO)
            .setUnit(" " + unit, 1)
            .showSpeed()
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setConsumer(new DelegatingProgressBarConsumer(this::redraw, COLUMNS))
            .build();
  }

  private void redraw(String line) {
    terminal.print('\r');
    terminal.print(line);
    terminal.flush();
  }

  @Override
  public void accept(long done) {
    bar.stepTo(done);
  }

  @Override
  public void expect(long total) {
    bar.maxHint(total);
  }

  @Override
  public void close() {
    bar.close();
    terminal.println();
    terminal.flush();
  }
}
