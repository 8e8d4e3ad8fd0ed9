package io.weir.storage.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code statx(2)}: how many blocks a file has. Java knows its length only.
 *
 * <pre>
 * struct statx, 256 bytes, native byte order, as in include/uapi/linux/stat.h
 *   0   4  stx_mask    which fields the file system filled in
 *   4  44  (block size, attributes, links, owner, mode, inode, size)
 *  48   8  stx_blocks  blocks of 512 bytes, whatever the file system's own are
 *  56 200  (times, device, mount, spare)
 * </pre>
 */
final class Statx {
  static final String NAME = "statx";
  private static final int STRUCT_BYTES = 256;
  private static final long MASK = 0;
  private static final long BLOCKS = 48;
  private static final long BLOCK_BYTES = 512;

  /** From {@code linux/stat.h}. */
  private static final int STATX_BLOCKS = 0x400;

  /** From {@code linux/fcntl.h}: a relative path counts from the working directory. */
  private static final int AT_FDCWD = -100;

  /** A link's own blocks, as {@code find} counts them. */
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;

  private final CLibrary library;
  private final Optional<MethodHandle> statx;

  Statx(CLibrary library) {
    this.library = library;
    this.statx =
        library.find(
            NAME,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS));
  }

  /** Bytes of the blocks of a file; 0 if there is no such file. */
  OptionalLong allocatedBytes(Path file) {
    if (statx.isEmpty()) {
      return OptionalLong.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CLibrary.callState(arena);
      MemorySegment result = arena.allocate(STRUCT_BYTES, Long.BYTES);
      MemorySegment name = arena.allocateFrom(file.toString());
      int failed =
          (int)
              statx
                  .get()
                  .invokeExact(state, AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, STATX_BLOCKS, result);
      if (failed == 0 && (result.get(ValueLayout.JAVA_INT, MASK) & STATX_BLOCKS) != 0) {
        return OptionalLong.of(BLOCK_BYTES * result.get(ValueLayout.JAVA_LONG, BLOCKS));
      }
      int errno = failed == 0 ? 0 : CLibrary.errno(state);
      if (errno == CLibrary.ENOENT) {
        return OptionalLong.of(0);
      }
      library.failed(NAME, errno);
      return OptionalLong.empty();
    } catch (Throwable e) {
      throw CLibrary.impossible(e);
    }
  }
}
