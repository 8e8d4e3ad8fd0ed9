package io.weir.storage.query;

import io.weir.storage.record.Metric;
import io.weir.storage.record.RowLayout;
import io.weir.storage.vector.VectorKernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Holds rows against interests.
 *
 * <p>Rows come from anywhere, so they are copied into tiles that stay in the cache while one vector
 * after the other is scored against them: a copy is little beside a hundred scores and more.
 *
 * <p><b>Threads:</b> one. <b>Ownership:</b> borrows the arena for its tile, and what the rows are
 * of.
 */
final class RowMatcher {
  private static final int TILE_BYTES = 64 << 10;
  private static final int MOST_TILE_ROWS = 256;
  private static final int ALIGNMENT_BYTES = 64;

  private final Interests interests;
  private final Metric metric;
  private final int vectorBytes;
  private final int strideBytes;
  private final MemorySegment tile;
  private final long[] positions;
  private final float[] norms;
  private final float[] sums;
  private final IdentityHashMap<ViewedRows, SourceFilters> filters = new IdentityHashMap<>();

  /** What is known of the row at hand: whether each filter lets it through. */
  private final Verdict[] verdicts;

  private enum Verdict {
    UNKNOWN,
    THROUGH,
    NOT
  }

  RowMatcher(Interests interests, Arena arena) {
    this.interests = interests;
    this.metric = interests.schema().metric();
    this.vectorBytes = interests.schema().vectorBytes();
    this.strideBytes = RowLayout.strideBytes(interests.schema().dimension());
    int rows =
        Math.clamp(TILE_BYTES / strideBytes, VectorKernel.ROWS_ABREAST, MOST_TILE_ROWS)
            & -VectorKernel.ROWS_ABREAST;
    boolean scores = interests.nearCount() > 0;
    this.tile =
        scores ? arena.allocate((long) rows * strideBytes, ALIGNMENT_BYTES) : MemorySegment.NULL;
    this.positions = new long[rows];
    this.norms = new float[rows];
    this.sums = new float[scores ? rows * interests.nearCount() : 0];
    this.verdicts = new Verdict[interests.filterCount()];
    for (int i = 0; i < rows; i++) {
      positions[i] = (long) i * strideBytes;
    }
  }

  /**
   * Returns the interests that each of some rows meets, in the order of the rows.
   *
   * @throws IOException if the bytes of a row are not what was written
   */
  List<Matches> matches(List<RowVersion> rows) throws IOException {
    List<Matches> all = new ArrayList<>(rows.size());
    for (int from = 0; from < rows.size(); from += positions.length) {
      List<RowVersion> some = rows.subList(from, Math.min(from + positions.length, rows.size()));
      if (interests.nearCount() > 0) {
        score(some);
      }
      for (int i = 0; i < some.size(); i++) {
        all.add(matches(some.get(i), i, some.size()));
      }
    }
    return all;
  }

  private void score(List<RowVersion> rows) throws IOException {
    for (int i = 0; i < rows.size(); i++) {
      ViewedRows from = rows.get(i).rows();
      int row = rows.get(i).row();
      from.verify(row, row + 1);
      ViewedRows.Run run = from.run(row, 1);
      MemorySegment.copy(run.memory(), run.start(), tile, positions[i], vectorBytes);
      norms[i] = from.norm(row);
    }
    switch (metric) {
      case COSINE, DOT ->
          VectorKernel.BEST.dot(
              interests.vectors(), interests.nearCount(), tile, positions, rows.size(), sums);
      case EUCLIDEAN ->
          VectorKernel.BEST.squaredDistance(
              interests.vectors(), interests.nearCount(), tile, positions, rows.size(), sums);
    }
  }

  /**
   * The interests that a row meets, those with a vector first.
   *
   * @param place its place in the tile
   * @param count how many rows the tile has
   */
  private Matches matches(RowVersion row, int place, int count) throws IOException {
    Arrays.fill(verdicts, Verdict.UNKNOWN);
    Matches found = Matches.NONE;
    for (int i = 0; i < interests.nearCount(); i++) {
      Scorer scorer = interests.scorer(i);
      int number = interests.near(i);
      float lowest = interests.get(number).lowestRank();
      float sum = sums[i * count + place];
      if (scorer.isBelow(lowest, sum)) {
        continue;
      }
      float rank = scorer.rank(sum, tile, positions[place], norms[place]);
      if (rank >= lowest && isThrough(number, row)) {
        found = found.with(number, scorer.score(rank));
      }
    }
    for (int number : interests.filtered()) {
      if (isThrough(number, row)) {
        found = found.with(number, 0);
      }
    }
    return found;
  }

  private boolean isThrough(int interest, RowVersion row) throws IOException {
    int filter = interests.filterOf(interest);
    if (filter < 0) {
      return true;
    }
    if (verdicts[filter] == Verdict.UNKNOWN) {
      boolean through =
          filters
              .computeIfAbsent(row.rows(), SourceFilters::new)
              .lets(row.row(), interests.filter(filter));
      verdicts[filter] = through ? Verdict.THROUGH : Verdict.NOT;
    }
    return verdicts[filter] == Verdict.THROUGH;
  }
}
