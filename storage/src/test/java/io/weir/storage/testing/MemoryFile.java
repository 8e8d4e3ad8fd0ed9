package io.weir.storage.testing;

import io.weir.storage.io.StorageFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** An open file of a {@link MemoryFiles}. */
final class MemoryFile implements StorageFile {
  private final MemoryFiles files;
  private final Path path;
  private final Inode inode;

  MemoryFile(MemoryFiles files, Path path, Inode inode) {
    this.files = files;
    this.path = path;
    this.inode = inode;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() throws IOException {
    synchronized (files) {
      files.look(path, "size");
      return inode.length();
    }
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    byte[] bytes = new byte[source.remaining()];
    source.get(bytes);
    synchronized (files) {
      Operation.Write write = new Operation.Write(path, inode, position, bytes);
      Fault fault = files.nextFault(write);
      if (fault == Fault.SHORT) {
        byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
        files.remember(new Operation.Write(path, inode, position, half));
        inode.write(position, half, 0, half.length);
      }
      files.change(write, () -> inode.write(position, bytes, 0, bytes.length), fault);
    }
  }

  @Override
  public void read(ByteBuffer target, long position) throws IOException {
    synchronized (files) {
      files.look(path, "read");
      if (position + target.remaining() > inode.length()) {
        throw new EOFException(path + " ends before the range that was asked for");
      }
      inode.read(target, position);
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    files.change(new Operation.Truncate(path, inode, size), () -> inode.truncate(size));
  }

  @Override
  public void force(boolean metadata) throws IOException {
    synchronized (files) {
      Operation.Force force = new Operation.Force(path, inode, false);
      Fault fault = files.nextFault(force);
      if (fault == Fault.ERROR || fault == Fault.SHORT) {
        files.remember(new Operation.Force(path, inode, true));
      }
      files.change(force, () -> {}, fault);
    }
  }

  @Override
  public MemorySegment map(long position, long bytes, Arena arena) throws IOException {
    synchronized (files) {
      files.look(path, "map");
      return inode.map(position, bytes, arena);
    }
  }

  @Override
  public void close() throws IOException {
    files.look(path, "close");
  }
}
