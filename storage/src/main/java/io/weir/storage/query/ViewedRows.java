package io.weir.storage.query;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.segment.ColdChunk;
import io.weir.storage.segment.MappedChunk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The rows of a published chunk or of a hot buffer as one view sees them: the first {@link #rows},
 * less those that have been replaced.
 *
 * <p>Rows that have been replaced by others of their shard, as far as a mark beside the row tells,
 * are not scored: where keys are overwritten faster than compaction runs, most rows are of that
 * kind. That a row of a lower layer is hidden by one of a layer above takes a look-up of its key,
 * and is asked only if its score would place it: almost no row's does.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows from its view.
 */
sealed interface ViewedRows {

  /** What they are of. */
  ShardView view();

  /** How many there are, replaced ones included. */
  int rows();

  /** How many rows, from this one on, lie in one run of memory. */
  int runLength(int first);

  /** Where rows lie that lie in one run. */
  Run run(int first, int count);

  /**
   * Rows in memory.
   *
   * @param start where in memory the first one's vector begins
   * @param stride bytes from one to the next
   */
  record Run(MemorySegment memory, long start, long stride) {}

  /**
   * Makes sure that vectors and norms of rows {@code from} to {@code to} may be read.
   *
   * @throws IOException if they are not what was written
   */
  void verify(int from, int to) throws IOException;

  /** Norm of a row under cosine; else anything. */
  float norm(int row);

  /** Whether a mark beside the row says that another has replaced it. */
  boolean isReplaced(int row) throws IOException;

  /** Where a row lies. */
  LocatedRow locate(int row);

  /** Payload of a row; borrowed. */
  MemorySegment payload(int row) throws IOException;

  /** Kafka offset of a row. */
  long offset(int row) throws IOException;

  /** How many of the rows have an offset lower than {@code before}: these come first. */
  int rowsBefore(long before) throws IOException;

  /** Whether the view has something newer under the key of one of these rows. */
  boolean isHidden(MemorySegment key);

  /** Rows of a chunk. */
  record Cold(ShardView view, ColdChunk cold) implements ViewedRows {
    private MappedChunk chunk() {
      return cold.chunk();
    }

    @Override
    public int rows() {
      return cold.rows();
    }

    @Override
    public int runLength(int first) {
      return rows() - first;
    }

    @Override
    public Run run(int first, int count) {
      long start = chunk().vectorPosition(first);
      return new Run(chunk().memory(), start, chunk().vectorPosition(first + 1) - start);
    }

    @Override
    public void verify(int from, int to) throws IOException {
      chunk().verifyVectors(from, to);
    }

    @Override
    public float norm(int row) {
      return chunk().verifiedNorm(row);
    }

    @Override
    public boolean isReplaced(int row) throws IOException {
      return cold.isDead(row);
    }

    @Override
    public LocatedRow locate(int row) {
      return new LocatedRow.Cold(chunk(), row);
    }

    @Override
    public MemorySegment payload(int row) throws IOException {
      return chunk().payload(row);
    }

    @Override
    public long offset(int row) throws IOException {
      return chunk().offset(row);
    }

    @Override
    public int rowsBefore(long before) throws IOException {
      if (before <= chunk().firstOffset()) {
        return 0;
      }
      return chunk().lastOffset() < before ? rows() : Math.min(rows(), chunk().rowsBefore(before));
    }

    @Override
    public boolean isHidden(MemorySegment key) {
      return view.hidden(key, view.hot().size());
    }
  }

  /** Rows of a hot buffer: its vectors. */
  record Hot(ShardView view, int layer) implements ViewedRows {
    HotSnapshot snapshot() {
      return view.hot().get(layer);
    }

    private int entry(int row) {
      return snapshot().entryOfVector(row);
    }

    @Override
    public int rows() {
      return snapshot().vectors();
    }

    @Override
    public int runLength(int first) {
      return snapshot().runLength(first);
    }

    @Override
    public Run run(int first, int count) {
      MemorySegment memory = snapshot().run(first, count);
      return new Run(memory, 0, memory.byteSize() / count);
    }

    @Override
    public void verify(int from, int to) {}

    @Override
    public float norm(int row) {
      return snapshot().norm(entry(row));
    }

    @Override
    public boolean isReplaced(int row) {
      return snapshot().replacedBy(entry(row)) != HotSnapshot.NONE;
    }

    @Override
    public LocatedRow locate(int row) {
      return new LocatedRow.Hot(snapshot(), entry(row));
    }

    @Override
    public MemorySegment payload(int row) {
      return snapshot().payload(entry(row));
    }

    @Override
    public long offset(int row) {
      return snapshot().offset(entry(row));
    }

    @Override
    public int rowsBefore(long before) {
      return snapshot().vectorsBefore(before);
    }

    @Override
    public boolean isHidden(MemorySegment key) {
      return view.hidden(key, layer);
    }
  }
}
