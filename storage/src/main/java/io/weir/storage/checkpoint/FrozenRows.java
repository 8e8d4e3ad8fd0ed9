package io.weir.storage.checkpoint;

import io.weir.storage.field.Field;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.segment.ChunkSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rows of a frozen hot buffer that a checkpoint keeps, as the rows of one chunk: the live ones,
 * and of those that were replaced in the buffer already, the ones that history still needs.
 */
final class FrozenRows implements ChunkSource {
  private final HotSnapshot frozen;
  private final int[] entries;
  private final int rows;
  private final boolean kills;

  private FrozenRows(HotSnapshot frozen, int[] entries, int rows, boolean kills) {
    this.frozen = frozen;
    this.entries = entries;
    this.rows = rows;
    this.kills = kills;
  }

  /**
   * A snapshot's rows.
   *
   * @param chunks as the rows of chunks
   * @param floor above whatever replaced a row that was left out; 0 if none was
   */
  record Kept(List<FrozenRows> chunks, long floor) {}

  /**
   * Splits the entries of a snapshot into chunks.
   *
   * @param horizon rows that were replaced below this offset are left out
   * @param strideBytes bytes of a vector
   * @param maxChunkBytes a chunk gets no further row once its vectors, keys and payloads have so
   *     many bytes
   */
  static Kept of(HotSnapshot frozen, long horizon, long strideBytes, long maxChunkBytes) {
    List<FrozenRows> chunks = new ArrayList<>();
    int[] entries = new int[64];
    int rows = 0;
    long bytes = 0;
    long floor = 0;
    boolean kills = false;
    for (int entry = 0; entry < frozen.count(); entry++) {
      if (frozen.isDelete(entry)) {
        continue;
      }
      int replacedBy = frozen.replacedBy(entry);
      boolean dead = replacedBy != HotSnapshot.NONE;
      if (dead && frozen.offset(replacedBy) < horizon) {
        floor = Math.max(floor, frozen.offset(replacedBy) + 1);
        continue;
      }
      if (bytes >= maxChunkBytes) {
        chunks.add(new FrozenRows(frozen, entries, rows, kills));
        entries = new int[64];
        rows = 0;
        bytes = 0;
        kills = false;
      }
      kills |= dead;
      if (rows == entries.length) {
        entries = Arrays.copyOf(entries, 2 * rows);
      }
      entries[rows++] = entry;
      bytes += strideBytes + frozen.keyBytes(entry) + frozen.payloadBytes(entry);
    }
    if (rows > 0) {
      chunks.add(new FrozenRows(frozen, entries, rows, kills));
    }
    return new Kept(chunks, floor);
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
  public int keyBytes(int row) {
    return frozen.keyBytes(entries[row]);
  }

  @Override
  public int payloadBytes(int row) {
    return frozen.payloadBytes(entries[row]);
  }

  @Override
  public float norm(int row) {
    return frozen.norm(entries[row]);
  }

  @Override
  public boolean hasKills() {
    return kills;
  }

  @Override
  public long killingOffset(int row) {
    int replacedBy = kills ? frozen.replacedBy(entries[row]) : HotSnapshot.NONE;
    return replacedBy == HotSnapshot.NONE ? ALIVE : frozen.offset(replacedBy);
  }

  @Override
  public List<Field> fields() {
    return frozen.fields();
  }

  @Override
  public void values(int row, int field, ValueVisitor visitor) {
    frozen.values(frozen.vector(entries[row]), field, visitor);
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
