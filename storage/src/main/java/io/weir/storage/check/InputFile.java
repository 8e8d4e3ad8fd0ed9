package io.weir.storage.check;

import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** A file that is read in pieces, as fast as the throttle lets it. */
final class InputFile implements Closeable {
  /** Longest range that is read at once. */
  static final int BUFFER_BYTES = 256 << 10;

  private final StorageFile file;
  private final Meter meter;

  private InputFile(StorageFile file, Meter meter) {
    this.file = file;
    this.meter = meter;
  }

  static InputFile open(StorageFiles files, Path path, Meter meter) throws IOException {
    return new InputFile(files.openToRead(path), meter);
  }

  Path path() {
    return file.path();
  }

  long size() throws IOException {
    return file.size();
  }

  /** Fills the buffer from its position to its limit. */
  void read(ByteBuffer target, long position) throws IOException {
    int bytes = target.remaining();
    meter.before(bytes);
    file.read(target, position);
    meter.after(bytes);
  }

  /** Returns a few bytes, little-endian, on the heap. */
  ByteBuffer read(long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    read(buffer, position);
    return buffer.flip();
  }

  /** Adds a range of any length to a checksum. */
  void addTo(CRC32C crc, long position, long bytes, ByteBuffer buffer) throws IOException {
    long at = position;
    long end = position + bytes;
    while (at < end) {
      buffer.clear().limit((int) Math.min(end - at, buffer.capacity()));
      read(buffer, at);
      at += buffer.position();
      crc.update(buffer.flip());
    }
  }

  static ByteBuffer directBuffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** CRC32C of the first bytes of a buffer. */
  static int checksum(ByteBuffer bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(length));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
