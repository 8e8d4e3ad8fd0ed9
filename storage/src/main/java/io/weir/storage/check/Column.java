package io.weir.storage.check;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the values of a packed column one after the other; each has 0 to 8 bytes. */
final class Column {
  private static final int BUFFER_BYTES = 16 << 10;

  private final InputFile file;
  private final int width;
  private final ByteBuffer buffer;
  private long position;
  private final long end;

  Column(InputFile file, long start, int width, long values) {
    this.file = file;
    this.width = width;
    this.position = start;
    this.end = start + values * width;
    this.buffer =
        ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, Math.max(end - start, 0))).limit(0);
  }

  long next() throws IOException {
    if (width == 0) {
      return 0;
    }
    if (buffer.remaining() < width) {
      buffer.compact();
      buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + end - position));
      int from = buffer.position();
      file.read(buffer, position);
      position += buffer.position() - from;
      buffer.flip();
    }
    return value(buffer, width);
  }

  /** Reads one value. */
  static long at(InputFile file, long start, int width, long row) throws IOException {
    return width == 0 ? 0 : value(file.read(start + row * width, width), width);
  }

  private static long value(ByteBuffer from, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (from.get() & 0xffL) << (Byte.SIZE * i);
    }
    return value;
  }
}
