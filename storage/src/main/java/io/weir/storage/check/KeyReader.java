package io.weir.storage.check;

import io.weir.storage.record.VectorSchema;
import java.io.IOException;

/** The keys of a chunk, one after the other. */
final class KeyReader {
  private final Column ends;
  private final ByteRun keys;
  private final long limit;
  private final byte[] key = new byte[VectorSchema.MAX_KEY_BYTES];
  private long start;
  private int length;

  KeyReader(InputFile file, ChunkHead chunk) {
    this.ends = new Column(file, chunk.keyEndsAt(), chunk.widths().keyEnd(), chunk.rows());
    this.keys = new ByteRun(file, chunk.keysAt(), chunk.keyBytes());
    this.limit = chunk.keyBytes();
  }

  /** Goes on to the next key; returns false if its end cannot be: then there is no next one. */
  boolean next() throws IOException {
    long end = ends.next();
    long bytes = end - start;
    if (bytes < 1 || bytes > VectorSchema.MAX_KEY_BYTES || end > limit) {
      start = end;
      return false;
    }
    length = (int) bytes;
    keys.next(key, length);
    start = end;
    return true;
  }

  /** Where the key ends that was read last, from the first key's start. */
  long end() {
    return start;
  }

  /** The key, in the first {@link #length} bytes; good until the next one. */
  byte[] key() {
    return key;
  }

  int length() {
    return length;
  }

  /** Reads one key. The ends must have been checked. */
  static byte[] key(InputFile file, ChunkHead chunk, long row) throws IOException {
    int width = chunk.widths().keyEnd();
    long from = row == 0 ? 0 : Column.at(file, chunk.keyEndsAt(), width, row - 1);
    long to = Column.at(file, chunk.keyEndsAt(), width, row);
    if (to - from < 1 || to - from > VectorSchema.MAX_KEY_BYTES || to > chunk.keyBytes()) {
      return new byte[0];
    }
    return file.read(chunk.keysAt() + from, (int) (to - from)).array();
  }
}
