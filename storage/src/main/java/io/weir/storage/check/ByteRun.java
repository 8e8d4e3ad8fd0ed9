package io.weir.storage.check;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a region of a file from front to back, in bites of the caller's size. */
final class ByteRun {
  private static final int BUFFER_BYTES = 32 << 10;

  private final InputFile file;
  private final long end;
  private final ByteBuffer buffer;
  private long position;

  ByteRun(InputFile file, long start, long bytes) {
    this.file = file;
    this.position = start;
    this.end = start + bytes;
    this.buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, bytes)).limit(0);
  }

  void next(byte[] target, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (!buffer.hasRemaining()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
        file.read(buffer, position);
        position += buffer.position();
        buffer.flip();
      }
      int count = Math.min(length - done, buffer.remaining());
      buffer.get(target, done, count);
      done += count;
    }
  }
}
