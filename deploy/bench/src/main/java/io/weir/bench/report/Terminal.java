package io.weir.bench.report;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/** Whether somebody watches. */
public final class Terminal {
  private static final int STDERR = 2;

  private Terminal() {}

  /**
   * Whether standard error is a terminal. {@link java.io.Console} knows only of standard input and
   * output, and those may lead to a file while somebody watches.
   */
  @SuppressWarnings("restricted") // the launcher enables native access
  public static boolean watchesStderr() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("isatty")
        .map(isatty ->
            linker.downcallHandle(
                isatty, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)))
        .map(isatty -> {
          try {
            return (int) isatty.invokeExact(STDERR) == 1;
          } catch (Throwable e) {
            throw new LinkageError("isatty", e);
          }
        })
        .orElse(false);
  }
}
