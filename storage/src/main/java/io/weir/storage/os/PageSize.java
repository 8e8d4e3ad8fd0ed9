package io.weir.storage.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code sysconf(3)}: how many bytes a page has. */
final class PageSize {
  private static final String NAME = "sysconf";

  /** From {@code bits/confname.h}; musl has the same number. */
  private static final int SC_PAGESIZE = 30;

  private PageSize() {}

  static OptionalLong bytes(CLibrary library) {
    Optional<MethodHandle> sysconf =
        library.find(NAME, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    if (sysconf.isEmpty()) {
      return OptionalLong.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      long bytes = (long) sysconf.get().invokeExact(CLibrary.callState(arena), SC_PAGESIZE);
      if (bytes > 0) {
        return OptionalLong.of(bytes);
      }
      library.failed(NAME, 0);
      return OptionalLong.empty();
    } catch (Throwable e) {
      throw CLibrary.impossible(e);
    }
  }
}
