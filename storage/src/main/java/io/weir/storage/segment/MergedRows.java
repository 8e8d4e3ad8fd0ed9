package io.weir.storage.segment;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.RowValues;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.record.RowLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The rows of some chunks that a merge keeps, as the rows of one chunk. All bytes are compared with
 * their checksums on their way; damage ends the merge as an {@link UncheckedIOException}.
 *
 * <p><b>Threads:</b> one. <b>Ownership:</b> borrows the chunks.
 */
final class MergedRows implements ChunkSource {
  private final List<ColdChunk> chunks;

  /** First output row of each chunk; at the end, the number of rows. */
  private final int[] firstRows;

  /** Row in its chunk, by output row. */
  private final int[] inputRows;

  /** What had killed output rows when the merge was planned; null if they were all alive. */
  private final long[] kills;

  private final long estimatedBytes;
  private final long droppedRows;
  private final long floor;
  private final DeclaredFields declared;

  /** Values that a payload has: of fields that a chunk has no column of. */
  private final RowValues payloadValues;

  /** The row whose payload was read last. */
  private int payloadRow = -1;

  /** The chunk of the row that was asked for last: rows are asked for in order. */
  private int current;

  private MergedRows(
      List<ColdChunk> chunks,
      int[] firstRows,
      int[] inputRows,
      long[] kills,
      long estimatedBytes,
      long droppedRows,
      long floor,
      DeclaredFields declared) {
    this.chunks = chunks;
    this.firstRows = firstRows;
    this.inputRows = inputRows;
    this.kills = kills;
    this.estimatedBytes = estimatedBytes;
    this.droppedRows = droppedRows;
    this.floor = floor;
    this.declared = declared;
    this.payloadValues = new RowValues(declared);
  }

  /**
   * Chooses the rows that stay.
   *
   * @param chunks in the order of their offsets
   * @param horizon rows that were replaced below it are dropped
   * @param declared fields whose values become columns
   */
  static MergedRows of(List<ColdChunk> chunks, long horizon, int dimension, DeclaredFields declared)
      throws IOException {
    int[] firstRows = new int[chunks.size() + 1];
    long all = chunks.stream().mapToLong(cold -> cold.chunk().rows()).sum();
    int[] inputRows = new int[Math.toIntExact(all)];
    long[] kills = new long[0];
    long inputBytes = 0;
    long floor = 0;
    int rows = 0;
    for (int i = 0; i < chunks.size(); i++) {
      ColdChunk cold = chunks.get(i);
      firstRows[i] = rows;
      inputBytes += cold.chunk().byteSize();
      for (int row = 0; row < cold.chunk().rows(); row++) {
        long kill = cold.killingOffset(row);
        if (kill < horizon) {
          floor = Math.max(floor, kill + 1);
          continue;
        }
        if (kill != ALIVE) {
          if (kills.length == 0) {
            kills = new long[inputRows.length];
            Arrays.fill(kills, ALIVE);
          }
          kills[rows] = kill;
        }
        inputRows[rows++] = row;
      }
    }
    firstRows[chunks.size()] = rows;
    long droppedRows = all - rows;
    long vectorBytes = droppedRows * RowLayout.strideBytes(dimension);
    return new MergedRows(
        List.copyOf(chunks),
        firstRows,
        inputRows,
        kills,
        inputBytes - vectorBytes,
        droppedRows,
        floor,
        declared);
  }

  long estimatedBytes() {
    return estimatedBytes;
  }

  long droppedRows() {
    return droppedRows;
  }

  long floor() {
    return floor;
  }

  /** What has killed a row since the merge was planned, or {@link #ALIVE}. */
  long laterKill(int row) {
    long kill = cold(row).kills().of(inputRows[row]);
    return killingOffset(row) == ALIVE ? kill : ALIVE;
  }

  private ColdChunk cold(int row) {
    while (row < firstRows[current]) {
      current--;
    }
    while (row >= firstRows[current + 1]) {
      current++;
    }
    return chunks.get(current);
  }

  /** Reads from the chunk of a row. */
  private interface Reader<T> {
    T read(MappedChunk chunk, int row) throws IOException;
  }

  private <T> T read(int row, Reader<T> reader) {
    try {
      return reader.read(cold(row).chunk(), inputRows[row]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int rows() {
    return firstRows[chunks.size()];
  }

  @Override
  public long offset(int row) {
    return read(row, MappedChunk::offset);
  }

  @Override
  public long timestampMillis(int row) {
    return read(row, MappedChunk::timestampMillis);
  }

  @Override
  public MemorySegment key(int row) {
    return read(row, MappedChunk::key);
  }

  @Override
  public MemorySegment payload(int row) {
    return read(row, MappedChunk::payload);
  }

  @Override
  public int keyBytes(int row) {
    return read(row, MappedChunk::keyBytes);
  }

  @Override
  public int payloadBytes(int row) {
    return read(row, MappedChunk::payloadBytes);
  }

  @Override
  public float norm(int row) {
    return read(row, MappedChunk::norm);
  }

  @Override
  public boolean hasKills() {
    return kills.length > 0;
  }

  @Override
  public long killingOffset(int row) {
    return kills.length == 0 ? ALIVE : kills[row];
  }

  @Override
  public List<Field> fields() {
    return declared.fields();
  }

  @Override
  public void values(int row, int field, ValueVisitor visitor) {
    MappedChunk chunk = cold(row).chunk();
    try {
      Optional<FieldColumn> column = chunk.column(declared.fields().get(field));
      if (column.isPresent()) {
        column.get().visit(inputRows[row], visitor);
        return;
      }
      if (row != payloadRow) {
        payloadValues.read(chunk.payload(inputRows[row]));
        payloadRow = row;
      }
      payloadValues.visit(field, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void forEachRun(Consumer<MemorySegment> consumer) {
    int row = 0;
    while (row < rows()) {
      MappedChunk chunk = cold(row).chunk();
      int first = inputRows[row];
      int length = 1;
      while (row + length < firstRows[current + 1] && inputRows[row + length] == first + length) {
        length++;
      }
      int rowsOfRun = length;
      consumer.accept(read(row, (_, _) -> chunk.vectors(first, rowsOfRun)));
      row += length;
    }
  }
}
