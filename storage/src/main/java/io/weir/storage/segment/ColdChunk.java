package io.weir.storage.segment;

/** A chunk and which of its rows are dead, at one moment. */
public final class ColdChunk {
  private final MappedChunk chunk;
  private final DeadRows dead;

  ColdChunk(MappedChunk chunk, DeadRows dead) {
    this.chunk = chunk;
    this.dead = dead;
  }

  /** The rows. */
  public MappedChunk chunk() {
    return chunk;
  }

  /** Whether a published dead mark has replaced a row. */
  public boolean isDead(int row) {
    return dead.contains(row);
  }

  /** How many rows are dead. */
  public int deadRows() {
    return dead.count();
  }

  ColdChunk with(MappedChunk remapped) {
    return new ColdChunk(remapped, dead);
  }

  ColdChunk with(int[] deadRows) {
    return new ColdChunk(chunk, dead.with(deadRows));
  }
}
