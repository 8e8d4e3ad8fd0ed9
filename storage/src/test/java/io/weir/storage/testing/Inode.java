package io.weir.storage.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A file's bytes, whatever its name. Copied when written to, so that the images of a disk share
 * what they have in common.
 *
 * <p><b>Threads:</b> its {@link MemoryFiles} locks.
 */
public final class Inode {
  private static final int ALIGNMENT = 64;

  /** Stands for a directory among files. */
  static final Inode DIRECTORY = new Inode();

  private byte[] bytes;
  private boolean shared;

  Inode() {
    this.bytes = new byte[0];
  }

  /** Borrows an array that nobody changes. */
  Inode(byte[] shared) {
    this.bytes = shared;
    this.shared = true;
  }

  void write(long position, byte[] written, int from, int length) {
    int end = Math.toIntExact(position + length);
    if (end > bytes.length) {
      resize(end);
    } else if (shared) {
      resize(bytes.length);
    }
    System.arraycopy(written, from, bytes, (int) position, length);
  }

  void truncate(long size) {
    resize(Math.toIntExact(size));
  }

  private void resize(int size) {
    bytes = Arrays.copyOf(bytes, size);
    shared = false;
  }

  int length() {
    return bytes.length;
  }

  void read(ByteBuffer target, long position) {
    target.put(bytes, (int) position, target.remaining());
  }

  /** A map of a range that does not follow later writes: what is published has none. */
  MemorySegment map(long position, long length, Arena arena) {
    MemorySegment mapped = arena.allocate(length, ALIGNMENT);
    MemorySegment.copy(MemorySegment.ofArray(bytes), position, mapped, 0, length);
    return mapped.asReadOnly();
  }

  /** The bytes, from now on shared with the caller, who does not change them. */
  byte[] share() {
    shared = true;
    return bytes;
  }
}
