package io.weir.bench.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the disk does if nothing is asked of it but to take bytes. */
public final class PlainWrite {
  private static final int WRITE_BYTES = 1 << 20;

  private PlainWrite() {}

  /** Writes a new file in pieces of 1 MiB, forces it, and returns how long it took, in seconds. */
  public static double seconds(Path file, long bytes) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(WRITE_BYTES);
    long started = System.nanoTime();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long position = 0; position < bytes; position += block.capacity()) {
        block.clear().limit((int) Math.min(block.capacity(), bytes - position));
        while (block.hasRemaining()) {
          channel.write(block, position + block.position());
        }
      }
      channel.force(true);
    }
    return (System.nanoTime() - started) / 1e9;
  }
}
