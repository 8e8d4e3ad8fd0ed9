package io.weir.bench.report;

import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar for each part, redrawn in place. */
final class BarProgress implements Progress {

  /** One less than the narrowest usual terminal, so that no line wraps. */
  private static final int COLUMNS = 79;

  /** Seldom, for the bar is drawn while something is measured. */
  private static final int REDRAW_MILLIS = 500;

  private final PrintWriter terminal;
  private @Nullable ProgressBar bar;

  BarProgress(PrintWriter terminal) {
    this.terminal = terminal;
  }

  @Override
  public void begin(String what, long units) {
    close();
    bar =
        new ProgressBarBuilder()
            .setTaskName(what)
            .setStyle(ProgressBarStyle.ASCII)
            .setInitialMax(units)
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
  public void reach(long units) {
    if (bar != null) {
      bar.stepTo(units);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
      terminal.println();
      terminal.flush();
    }
  }
}
