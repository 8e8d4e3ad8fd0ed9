package io.weir.deploy.demo;

import io.weir.deploy.terminal.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Where a demo speaks: results on one stream, progress on the other.
 *
 * <p><b>Threads:</b> any.
 */
final class DemoConsole {

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;

  /**
   * Speaks to two streams.
   *
   * @param terminal whether somebody watches, so that a line may be redrawn
   */
  DemoConsole(PrintWriter out, PrintWriter err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** Whether this process runs in a terminal. */
  @SuppressWarnings("SystemConsoleNull") // on JDK 25 it is null again without a terminal
  static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Prints a line under a subject. */
  void say(String subject, String text) {
    say(String.format(Locale.ROOT, "%-9s%s", subject, text));
  }

  /** Prints a line. */
  void say(String line) {
    out.println(line);
    out.flush();
  }

  /** Begins to show progress. */
  Progress progress(String task, long total, long start) {
    return Progress.on(err, terminal, task, "records", total, start);
  }
}
