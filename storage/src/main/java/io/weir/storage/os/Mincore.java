package io.weir.storage.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code mincore(2)}: which pages of a map are in memory. Asking touches none of them.
 *
 * <p>A page of a file counts when it is in the page cache, whether or not this process has touched
 * it: reading it waits for no disk. It costs some milliseconds a GiB.
 */
final class Mincore {
  private static final String NAME = "mincore";

  /** One byte a page comes back: slices keep that small, however large the map is. */
  static final long SLICE_BYTES = 64L << 20;

  private final CLibrary library;
  private final OptionalLong pageBytes;
  private final Optional<MethodHandle> mincore;

  Mincore(CLibrary library, OptionalLong pageBytes) {
    this.library = library;
    this.pageBytes = pageBytes;
    this.mincore =
        library.find(
            NAME,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
  }

  /** Bytes of a native segment that lie in resident pages. */
  OptionalLong residentBytes(MemorySegment mapped) {
    if (mincore.isEmpty() || pageBytes.isEmpty()) {
      return OptionalLong.empty();
    }
    long page = pageBytes.getAsLong();
    long from = mapped.address();
    long to = from + mapped.byteSize();
    long resident = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.callState(arena);
      long first = from - from % page;
      MemorySegment pages = arena.allocate(pages(Math.min(to - first, SLICE_BYTES), page));
      for (long slice = first; slice < to; slice += SLICE_BYTES) {
        long bytes = Math.min(to - slice, SLICE_BYTES);
        MemorySegment start = MemorySegment.ofAddress(slice);
        int failed = (int) mincore.get().invokeExact(state, start, bytes, pages);
        if (failed != 0) {
          library.failed(NAME, CLibrary.errno(state));
          return OptionalLong.empty();
        }
        for (long i = 0; i < pages(bytes, page); i++) {
          if ((pages.get(ValueLayout.JAVA_BYTE, i) & 1) != 0) {
            long at = slice + i * page;
            resident += Math.min(at + page, to) - Math.max(at, from);
          }
        }
      }
    } catch (Throwable e) {
      throw CLibrary.impossible(e);
    }
    return OptionalLong.of(resident);
  }

  private static long pages(long bytes, long page) {
    return (bytes + page - 1) / page;
  }
}
