package io.weir.storage.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What tests ask of the kernel so that it keeps no page that they did not touch. */
public final class LinuxCalls {
  private static final int MADV_RANDOM = 1;

  private LinuxCalls() {}

  /** No page of a map but those touched from now on is read into memory for its sake. */
  public static void noReadAhead(MemorySegment mapped) throws Throwable {
    Linker linker = Linker.nativeLinker();
    @SuppressWarnings("restricted") // the type is that of the man page
    MethodHandle madvise =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("madvise"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    assertEquals(0, (int) madvise.invokeExact(mapped, mapped.byteSize(), MADV_RANDOM));
  }

  /** Drops what is in memory of a file that was forced and of which no page is mapped. */
  public static void dropFromMemory(Path file) throws IOException, InterruptedException {
    Process dd =
        new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
            .redirectErrorStream(true)
            .start();
    dd.getInputStream().readAllBytes();
    assertTrue(dd.waitFor(60, TimeUnit.SECONDS), "dd hangs");
    assertEquals(0, dd.exitValue());
  }
}
