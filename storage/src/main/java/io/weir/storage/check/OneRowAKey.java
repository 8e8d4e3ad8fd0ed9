package io.weir.storage.check;

import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Checks over all chunks of a shard that a row dies at the latest when the next one of its key
 * comes: then at any offset at most one row of a key is alive, and at the end it is the newest.
 *
 * <p>Memory: keys are taken by their hashes, a part of all hashes in each pass over the keys, at
 * most {@link #ROWS_A_PASS} rows: 32 MiB. A shard of ten million rows takes eight passes.
 */
final class OneRowAKey {
  static final int ROWS_A_PASS = 3 << 19;

  private final List<Source> sources = new ArrayList<>();
  private final KeyHash keyHash;
  private final DeadMarks marks;
  private final Findings findings;
  private final LongTable newest;
  private final int passes;
  private int pass;

  /** A chunk and the file that it is in. */
  private record Source(SegmentInput segment, ChunkHead chunk) {}

  /**
   * Prepares the passes.
   *
   * @param segments in the order of their offsets; their chunks have been checked and are whole
   */
  OneRowAKey(
      List<SegmentInput> segments, KeyHash keyHash, DeadMarks marks, Findings findings, int limit) {
    this.keyHash = keyHash;
    this.marks = marks;
    this.findings = findings;
    long rows = 0;
    for (SegmentInput segment : segments) {
      for (ChunkHead chunk : segment.chunks()) {
        sources.add(new Source(segment, chunk));
        rows += chunk.rows();
      }
    }
    this.passes = passes(rows, limit);
    this.newest = new LongTable((int) Math.min(rows, limit));
  }

  /** How often the keys of so many rows are read. */
  static int passes(long rows, int limit) {
    return rows <= limit ? 1 : Math.toIntExact(rows / (limit / 16 * 13L) + 1);
  }

  void check() throws IOException {
    for (pass = 0; pass < passes; pass++) {
      newest.clear();
      for (int i = 0; i < sources.size(); i++) {
        check(i, sources.get(i));
      }
    }
  }

  private void check(int number, Source source) throws IOException {
    ChunkHead chunk = source.chunk();
    InputFile file = source.segment().file();
    KeyReader keys = new KeyReader(file, chunk);
    Column offsets = new Column(file, chunk.offsetsAt(), chunk.widths().offset(), chunk.rows());
    for (int row = 0; row < chunk.rows(); row++) {
      long offset = chunk.firstOffset() + offsets.next();
      if (!keys.next()) {
        return;
      }
      long hash = keyHash.of(MemorySegment.ofArray(keys.key()), 0, keys.length());
      if (Math.unsignedMultiplyHigh(hash, passes) == pass) {
        long before = newest.put(hash, (long) number << Integer.SIZE | row);
        if (before != LongTable.NONE) {
          compare(before, source, row, offset, Arrays.copyOf(keys.key(), keys.length()));
        }
      }
    }
  }

  private void compare(long before, Source newer, int newerRow, long offset, byte[] key)
      throws IOException {
    Source older = sources.get((int) (before >>> Integer.SIZE));
    int row = (int) before;
    long kill = killOf(older, row);
    ChunkHead chunk = older.chunk();
    if (kill <= offset || !Arrays.equals(key, KeyReader.key(older.segment().file(), chunk, row))) {
      return;
    }
    new Part(findings, older.segment().file().path(), chunk.position(), "chunk " + chunk.number())
        .found(
            "row " + row,
            chunk.vectorAt(row) - chunk.position(),
            chunk.stride(),
            "dead from offset "
                + offset
                + " on, that of row "
                + newerRow
                + " with the same key in chunk "
                + newer.chunk().number()
                + " of "
                + newer.segment().file().path().getFileName(),
            kill == DeadMarks.ALIVE ? "alive" : "killed by offset " + kill);
  }

  private long killOf(Source source, int row) throws IOException {
    ChunkHead chunk = source.chunk();
    long marked = marks.killOf(source.segment().entry().number(), (long) chunk.firstRow() + row);
    long kill = Column.at(source.segment().file(), chunk.killsAt(), chunk.widths().kill(), row);
    return kill == 0 ? marked : Math.min(marked, chunk.firstOffset() + kill);
  }
}
