package io.weir.deploy.produce;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of little-endian numbers, read from front to back through one buffer.
 *
 * <p><b>Threads:</b> one.
 */
final class FileInput implements Closeable {

  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel channel;
  private final long length;
  private ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  FileInput(Path file) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.length = channel.size();
  }

  /** Bytes of the whole file. */
  long length() {
    return length;
  }

  long position() throws IOException {
    return channel.position() - buffer.remaining();
  }

  long remaining() throws IOException {
    return length - position();
  }

  void skip(long bytes) throws IOException {
    channel.position(position() + bytes);
    buffer.limit(0);
  }

  /**
   * Returns a view with at least so many bytes to read, which the next call changes; what is read
   * from it is read from the file.
   *
   * @throws EOFException if there are not so many
   */
  ByteBuffer require(int bytes) throws IOException {
    if (buffer.remaining() >= bytes) {
      return buffer;
    }
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).put(buffer);
    } else {
      buffer.compact();
    }
    while (buffer.position() < bytes) {
      if (channel.read(buffer) < 0) {
        buffer.flip();
        throw new EOFException(
            "the file ends after " + buffer.remaining() + " of " + bytes + " bytes");
      }
    }
    buffer.flip();
    return buffer;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
