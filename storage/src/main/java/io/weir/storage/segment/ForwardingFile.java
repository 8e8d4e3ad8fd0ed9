package io.weir.storage.segment;

import io.weir.storage.io.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file that stands in front of another, and does what that does.
 *
 * <p><b>Ownership:</b> owns the file behind it.
 */
abstract class ForwardingFile implements StorageFile {
  private final StorageFile file;

  ForwardingFile(StorageFile file) {
    this.file = file;
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    file.write(source, position);
  }

  @Override
  public void read(ByteBuffer target, long position) throws IOException {
    file.read(target, position);
  }

  @Override
  public void truncate(long size) throws IOException {
    file.truncate(size);
  }

  @Override
  public void force(boolean metadata) throws IOException {
    file.force(metadata);
  }

  @Override
  public MemorySegment map(long position, long bytes, Arena arena) throws IOException {
    return file.map(position, bytes, arena);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
