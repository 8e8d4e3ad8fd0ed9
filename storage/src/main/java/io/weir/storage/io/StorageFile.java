package io.weir.storage.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An open file: written and forced through its descriptor, mapped only to be read.
 *
 * <p><b>Threads:</b> one writer; {@link #force} also beside it, {@link #read} and {@link #size}
 * from any thread. Writing and forcing threads must not be interrupted: an interrupt closes the
 * file under all of them.
 */
public interface StorageFile extends Closeable {

  /** Where it is. */
  Path path();

  /** Its length in bytes. */
  long size() throws IOException;

  /** Writes all bytes of {@code source}, from its position to its limit, at a position. */
  void write(ByteBuffer source, long position) throws IOException;

  /**
   * Reads until {@code target} is full.
   *
   * @throws java.io.EOFException if the file ends before that
   */
  void read(ByteBuffer target, long position) throws IOException;

  /** Cuts the file. Never while a map of it reaches beyond {@code size}. */
  void truncate(long size) throws IOException;

  /**
   * Returns when what was written to this file is on the medium. A failure is final: the kernel may
   * have dropped the bytes, and a second call would not say so.
   *
   * @param metadata true for a new file
   */
  void force(boolean metadata) throws IOException;

  /** Maps a range that has been written, read-only; lives as long as the arena. */
  MemorySegment map(long position, long bytes, Arena arena) throws IOException;
}
