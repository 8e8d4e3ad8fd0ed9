package io.weir.deploy.check;

import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that redraws itself in place while files are read, and is gone when they have been. */
final class ReadingBar implements AutoCloseable {

  /** One less than the narrowest usual terminal, so that no line wraps. */
  private static final int COLUMNS = 79;

  private static final int REDRAW_MILLIS = 200;
  private static final long MEBIBYTE = 1L << 20;

  private final PrintWriter terminal;
  private final ProgressBar bar;

  ReadingBar(PrintWriter terminal) {
    this.terminal = terminal;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName("verify")
            .setStyle(ProgressBarStyle.ASCII)
            .setInitialMax(1)
            .setUnit(" MiB", MEBIBYTE)
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

  void show(long done, long total) {
    bar.maxHint(total);
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
    terminal.print('\r' + " ".repeat(COLUMNS) + '\r');
    terminal.flush();
  }
}
