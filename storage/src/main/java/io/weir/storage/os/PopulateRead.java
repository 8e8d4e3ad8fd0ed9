package io.weir.storage.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code madvise(2)} with {@code MADV_POPULATE_READ}: reads pages of a map, and where a page cannot
 * be had it says so, while touching that page would end the process with a SIGBUS.
 */
final class PopulateRead {
  private static final String NAME = "madvise";

  /** From {@code asm-generic/mman-common.h}, since Linux 5.14. */
  private static final int MADV_POPULATE_READ = 22;

  private final CLibrary library;
  private final OptionalLong pageBytes;
  private final Optional<MethodHandle> madvise;

  PopulateRead(CLibrary library, OptionalLong pageBytes) {
    this.library = library;
    this.pageBytes = pageBytes;
    this.madvise =
        library.find(
            NAME,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
  }

  /** False if a page of a native segment is known to be unreadable. */
  boolean isReadable(MemorySegment mapped) {
    if (madvise.isEmpty() || pageBytes.isEmpty() || mapped.byteSize() == 0) {
      return true;
    }
    long page = pageBytes.getAsLong();
    long first = mapped.address() - mapped.address() % page;
    long bytes = mapped.address() + mapped.byteSize() - first;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.callState(arena);
      MemorySegment start = MemorySegment.ofAddress(first);
      int errno;
      do {
        int failed = (int) madvise.get().invokeExact(state, start, bytes, MADV_POPULATE_READ);
        errno = failed == 0 ? 0 : CLibrary.errno(state);
      } while (errno == CLibrary.EINTR);
      boolean unreadable = errno == CLibrary.EFAULT || errno == CLibrary.EHWPOISON;
      if (errno != 0 && !unreadable) {
        library.failed(NAME, errno);
      }
      return !unreadable;
    } catch (Throwable e) {
      throw CLibrary.impossible(e);
    }
  }
}
