package io.weir.storage.segment;

import io.weir.storage.io.StorageFile;
import io.weir.storage.memory.LittleEndian;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of one chunk on their way to its file, from front to back. Long runs are handed to the
 * file as they are, the rest is gathered; each piece's checksum is taken as it passes.
 *
 * <p><b>Threads:</b> one; used once. <b>Ownership:</b> borrows the file, the buffer and what it is
 * given. <b>Errors:</b> a disk that refuses is an {@link UncheckedIOException}.
 */
final class ChunkOutput {
  /** The most bytes of one write, so that a throttle is asked often. */
  static final int WRITE_BYTES = 1 << 20;

  /** A shorter run is copied: many small writes cost more than the copy. */
  private static final int MIN_RUN_BYTES = 64 << 10;

  private final StorageFile file;

  /** Of the chunk's first byte in the file. */
  private final long start;

  private final ByteBuffer buffer;
  private final MemorySegment bufferBytes;
  private final CRC32C piece = new CRC32C();
  private int[] checks = new int[16];
  private int checkCount;

  /** Bytes of the chunk before those in the buffer. */
  private long written;

  /**
   * Nothing written yet.
   *
   * @param buffer of {@link #WRITE_BYTES}, direct
   */
  ChunkOutput(StorageFile file, long start, ByteBuffer buffer) {
    this.file = file;
    this.start = start;
    this.buffer = buffer.clear();
    this.bufferBytes = MemorySegment.ofBuffer(buffer);
  }

  /** Adds bytes that may be many; they are not copied if they are. */
  void putRun(MemorySegment run) {
    if (run.byteSize() < MIN_RUN_BYTES) {
      put(run);
      return;
    }
    flush();
    for (long done = 0; done < run.byteSize(); ) {
      long count = Math.min(run.byteSize() - done, WRITE_BYTES);
      write(run.asSlice(done, count).asByteBuffer());
      done += count;
    }
  }

  /** Adds a few bytes. */
  void put(MemorySegment bytes) {
    long done = 0;
    while (done < bytes.byteSize()) {
      int count = (int) Math.min(bytes.byteSize() - done, buffer.remaining());
      MemorySegment.copy(bytes, done, bufferBytes, buffer.position(), count);
      advance(count);
      done += count;
    }
  }

  /** Adds the lowest bytes of a number. */
  void putValue(long value, int width) {
    if (buffer.remaining() > Long.BYTES) {
      // The bytes above the width are overwritten by what follows.
      bufferBytes.set(LittleEndian.LONG, buffer.position(), value);
      advance(width);
      return;
    }
    for (int i = 0; i < width; i++) {
      bufferBytes.set(ValueLayout.JAVA_BYTE, buffer.position(), (byte) (value >>> (i * Byte.SIZE)));
      advance(1);
    }
  }

  /** Adds zeros up to a position in the chunk. */
  void padTo(long position) {
    while (written + buffer.position() < position) {
      putValue(0, 1);
    }
  }

  private void advance(int count) {
    buffer.position(buffer.position() + count);
    if (!buffer.hasRemaining()) {
      flush();
    }
  }

  private void flush() {
    write(buffer.flip());
    buffer.clear();
  }

  private void write(ByteBuffer bytes) {
    int count = bytes.remaining();
    if (count == 0) {
      return;
    }
    check(bytes.duplicate());
    try {
      file.write(bytes, start + written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    written += count;
  }

  private void check(ByteBuffer bytes) {
    int end = bytes.limit();
    long position = written;
    while (bytes.position() < end) {
      long left = SegmentFormat.PIECE_BYTES - position % SegmentFormat.PIECE_BYTES;
      int count = (int) Math.min(end - bytes.position(), left);
      piece.update(bytes.limit(bytes.position() + count));
      position += count;
      if (count == left) {
        endPiece();
      }
    }
  }

  private void endPiece() {
    if (checkCount == checks.length) {
      checks = Arrays.copyOf(checks, 2 * checkCount);
    }
    checks[checkCount++] = (int) piece.getValue();
    piece.reset();
  }

  /** Writes what is gathered; returns the checksums of all pieces, the last of which is short. */
  int[] finish() {
    flush();
    if (written % SegmentFormat.PIECE_BYTES != 0) {
      endPiece();
    }
    return Arrays.copyOf(checks, checkCount);
  }
}
