package io.weir.storage.checkpoint;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.segment.ChunkSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Live entries of a frozen hot buffer, as the rows of one chunk. */
final class FrozenRows implements ChunkSource {
  private final HotSnapshot frozen;
  private final int[] entries;
  private final int rows;

  private FrozenRows(HotSnapshot frozen, int[] entries, int rows) {
    this.frozen = frozen;
    this.entries = entries;
    this.rows = rows;
  }

  /**
   * Splits the live entries of a snapshot into chunks.
   *
   * @param strideBytes bytes of a vector
   * @param maxChunkBytes a chunk gets no further row once its vectors, keys and payloads have so
   *     many bytes
   */
  static List<FrozenRows> of(HotSnapshot frozen, long strideBytes, long maxChunkBytes) {
    List<FrozenRows> chunks = new ArrayList<>();
    int[] entries = new int[64];
    int rows = 0;
    long bytes = 0;
    for (int entry = 0; entry < frozen.count(); entry++) {
      if (!frozen.isLive(entry)) {
        continue;
      }
      if (bytes >= maxChunkBytes) {
        chunks.add(new FrozenRows(frozen, entries, rows));
        entries = new int[64];
        rows = 0;
        bytes = 0;
      }
      if (rows == entries.length) {
        entries = Arrays.copyOf(entries, 2 * rows);
      }
      entries[rows++] = entry;
      bytes += strideBytes + frozen.key(entry).byteSize() + frozen.payload(entry).byteSize();
    }
    if (rows > 0) {
      chunks.add(new FrozenRows(frozen, entries, rows));
    }
    return chunks;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public long offset(int row) {
    return frozen.offset(entries[row]);
  }

  @Override
  public long timestampMillis(int row) {
    return frozen.timestampMillis(entries[row]);
  }

  @Override
  public MemorySegment key(int row) {
    return frozen.key(entries[row]);
  }

  @Override
  public MemorySegment payload(int row) {
    return frozen.payload(entries[row]);
  }

  @Override
  public float norm(int row) {
    return frozen.norm(entries[row]);
  }

  @Override
  public void forEachRun(Consumer<MemorySegment> consumer) {
    int row = 0;
    while (row < rows) {
      int first = frozen.vector(entries[row]);
      int most = Math.min(frozen.runLength(first), rows - row);
      int length = 1;
      while (length < most && frozen.vector(entries[row + length]) == first + length) {
        length++;
      }
      consumer.accept(frozen.run(first, length));
      row += length;
    }
  }
}
