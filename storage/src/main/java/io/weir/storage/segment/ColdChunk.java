package io.weir.storage.segment;

import java.io.IOException;

/**
 * A chunk as of one position: rows below it, and what has replaced them below it.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the map of its segment file.
 */
public final class ColdChunk {
  private final MappedChunk chunk;
  private final Kills kills;
  private final long before;
  private final int rows;
  private final int deadRows;

  private ColdChunk(MappedChunk chunk, Kills kills, long before, int rows, int deadRows) {
    this.chunk = chunk;
    this.kills = kills;
    this.before = before;
    this.rows = rows;
    this.deadRows = deadRows;
  }

  /** A chunk of which nothing has died since it was written. */
  static ColdChunk of(MappedChunk chunk, long before) {
    return new ColdChunk(chunk, new Kills(chunk.rows()), before, chunk.rows(), chunk.deadRows());
  }

  /** The rows. */
  public MappedChunk chunk() {
    return chunk;
  }

  /** How many of the chunk's rows there were: the first ones. */
  public int rows() {
    return rows;
  }

  /** Whether a row had been replaced. */
  public boolean isDead(int row) throws IOException {
    return killingOffset(row) < before;
  }

  /** What replaced a row, then or later, or {@link ChunkSource#ALIVE}. */
  public long killingOffset(int row) throws IOException {
    long kill = kills.of(row);
    return kill == ChunkSource.ALIVE ? chunk.killingOffset(row) : kill;
  }

  /** Dead rows; as of the newest position only. */
  public int deadRows() {
    return deadRows;
  }

  /** What the vectors of dead rows take in the file. */
  public long deadBytes() {
    return deadRows * (long) chunk.strideBytes();
  }

  /** How many rows had been replaced below an offset. */
  int rowsDeadBefore(long offset) throws IOException {
    if (offset >= before || deadRows == 0) {
      return deadRows;
    }
    int dead = 0;
    for (int row = 0; row < rows; row++) {
      dead += killingOffset(row) < offset ? 1 : 0;
    }
    return dead;
  }

  /** Marks that the dead-mark files hold for this chunk. */
  Kills kills() {
    return kills;
  }

  /** This chunk at a later position, with so many more rows dead. */
  ColdChunk at(long later, int newlyDead) {
    return new ColdChunk(chunk, kills, later, rows, deadRows + newlyDead);
  }

  /** This chunk at an earlier position. */
  ColdChunk asOf(long earlier) throws IOException {
    int visible = chunk.lastOffset() < earlier ? rows : chunk.rowsBefore(earlier);
    return new ColdChunk(chunk, kills, earlier, visible, 0);
  }
}
