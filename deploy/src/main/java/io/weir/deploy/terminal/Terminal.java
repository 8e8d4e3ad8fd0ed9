package io.weir.deploy.terminal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** What the streams of this process lead to. */
public final class Terminal {
  private static final int STANDARD_ERROR = 2;

  private Terminal() {}

  /**
   * Whether somebody watches standard error. Java tells it of standard input and output only; the C
   * library knows.
   */
  @SuppressWarnings("restricted") // native access is granted by the launcher
  public static boolean watchesErrors() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("isatty")
        .map(function ->
            linker.downcallHandle(
                function, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)))
        .map(isatty -> {
          try {
            return (int) isatty.invokeExact(STANDARD_ERROR) == 1;
          } catch (Throwable e) {
            throw new AssertionError("isatty throws nothing", e);
          }
        })
        .orElse(false);
  }

  /** What standard output is expected to be in. */
  public static Charset charset() {
    String name = String.valueOf(System.getProperty("stdout.encoding"));
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
  }
}
