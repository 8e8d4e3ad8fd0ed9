package io.weir.storage.query;

import io.weir.storage.query.Block.Sight;
import io.weir.storage.query.TopK.Candidate;
import io.weir.storage.record.Metric;
import io.weir.storage.record.RowLayout;
import io.weir.storage.vector.VectorKernel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scores units of a pass, one after the other, each row for all searches that are shown it.
 *
 * <p>In the pool it goes to the end of the queue after each unit, so that passes of other
 * collections get their turns. Rows are taken in tiles that stay in the cache while one query after
 * the other is scored against them.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class UnitScan implements Runnable {
  private static final int TILE_BYTES = 64 << 10;
  private static final int MOST_TILE_ROWS = 256;

  private final Pass pass;
  private final ScoringPool pool;
  private final Metric metric;
  private final float[][] queries;
  private final int[] rows;
  private final long[] positions;
  private final float[] norms;
  private final float[] sums;

  UnitScan(Pass pass, ScoringPool pool) {
    this.pass = pass;
    this.pool = pool;
    this.metric = pass.schema().metric();
    int fitting = TILE_BYTES / RowLayout.strideBytes(pass.schema().dimension());
    int tile =
        Math.clamp(fitting, VectorKernel.ROWS_ABREAST, MOST_TILE_ROWS) & -VectorKernel.ROWS_ABREAST;
    this.queries = new float[pass.members().size()][];
    this.rows = new int[tile];
    this.positions = new long[tile];
    this.norms = new float[tile];
    this.sums = new float[queries.length * tile];
  }

  @Override
  public void run() {
    try {
      if (pass.scanNext(this)) {
        pool.execute(this);
      }
    } catch (Throwable e) {
      pass.fail(e);
    }
  }

  /** Scores units until none is left, without a turn for other passes. */
  void scanAll() {
    try {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = pass.scanNext(this);
      }
    } catch (Throwable e) {
      pass.fail(e);
    }
  }

  /** What one search gets from a unit. */
  private static final class Part {
    private final PendingSearch search;
    private final int view;
    private final @Nullable CheckedFilter filter;
    private final TopK best;
    private long scoredRows;

    Part(Pass.Member member) {
      this.search = member.search();
      this.view = member.view();
      this.filter = member.filter();
      this.best = search.candidates();
    }
  }

  /** What one search is shown of a block. */
  private static final class Share {
    private final Part part;
    private final ViewedRows seen;

    /** Which rows of the block count for this search, as {@link Block#shown}; null for all. */
    private final long @Nullable [] mask;

    Share(Part part, ViewedRows seen, long @Nullable [] mask) {
      this.part = part;
      this.seen = seen;
      this.mask = mask;
    }

    boolean has(int row) {
      return mask == null || isSet(mask, row);
    }
  }

  private static boolean isSet(long[] mask, int row) {
    return (mask[row / Long.SIZE] & 1L << row) != 0;
  }

  /** Scores the rows of a unit for the searches that go on. */
  void scan(List<Block> unit) {
    List<Part> parts = new ArrayList<>();
    for (Pass.Member member : pass.members()) {
      if (member.search().goesOn()) {
        parts.add(new Part(member));
      }
    }
    for (Block block : unit) {
      List<Share> shares = shares(block, parts);
      if (!shares.isEmpty()) {
        scan(block, shares);
      }
    }
    parts.forEach(part -> part.search.add(part.best, part.scoredRows));
  }

  private static List<Share> shares(Block block, List<Part> parts) {
    List<Share> shares = new ArrayList<>();
    for (Sight sight : block.sights()) {
      List<Part> left =
          new ArrayList<>(parts.stream().filter(part -> part.view == sight.view()).toList());
      while (!left.isEmpty()) {
        CheckedFilter filter = left.getFirst().filter;
        // Equal filters of a pass are the same.
        List<Part> same = left.stream().filter(part -> part.filter == filter).toList();
        left.removeAll(same);
        addShares(block, sight.seen(), filter, same, shares);
      }
    }
    return shares;
  }

  private static void addShares(
      Block block,
      ViewedRows seen,
      @Nullable CheckedFilter filter,
      List<Part> parts,
      List<Share> shares) {
    try {
      if (filter == null) {
        long[] mask = block.shown(seen);
        parts.forEach(part -> shares.add(new Share(part, seen, mask)));
        return;
      }
      Optional<long[]> mask = block.shown(seen, filter);
      if (mask.isPresent()) {
        parts.forEach(part -> shares.add(new Share(part, seen, mask.get())));
      }
    } catch (IOException | RuntimeException e) {
      // A reader of payloads that fails is the trouble of those who filter.
      parts.forEach(part -> part.search.fail(e));
    }
  }

  private void scan(Block block, List<Share> shares) {
    for (int q = 0; q < shares.size(); q++) {
      queries[q] = shares.get(q).part.search.query().vector();
    }
    long[] wanted = union(shares);
    int row = 0;
    while (row < block.rows()) {
      int count = 0;
      for (; count < rows.length && row < block.rows(); row++) {
        if (wanted == null || isSet(wanted, row)) {
          rows[count] = row;
          positions[count] = block.run().start() + row * block.run().stride();
          count++;
        }
      }
      score(block, count, shares);
    }
  }

  /** Rows that count for one search or another; null for all. */
  private static long @Nullable [] union(List<Share> shares) {
    long[] union = null;
    for (Share share : shares) {
      if (share.mask == null) {
        return null;
      }
      if (union == null) {
        union = share.mask.clone();
      } else {
        for (int i = 0; i < union.length; i++) {
          union[i] |= share.mask[i];
        }
      }
    }
    return union;
  }

  /** Scores the tile: the first of {@link #rows}. */
  private void score(Block block, int count, List<Share> shares) {
    MemorySegment memory = block.run().memory();
    switch (metric) {
      case COSINE, DOT ->
          VectorKernel.BEST.dot(queries, shares.size(), memory, positions, count, sums);
      case EUCLIDEAN ->
          VectorKernel.BEST.squaredDistance(queries, shares.size(), memory, positions, count, sums);
    }
    if (metric == Metric.COSINE) {
      for (int i = 0; i < count; i++) {
        norms[i] = block.source().norm(block.from() + rows[i]);
      }
    }
    for (int q = 0; q < shares.size(); q++) {
      try {
        rank(block, q * count, count, shares.get(q));
      } catch (IOException e) {
        shares.get(q).part.search.fail(e);
      }
    }
  }

  /** Ranks the rows of the tile, whose sums begin at {@code at}, for one search. */
  private void rank(Block block, int at, int count, Share share) throws IOException {
    Scorer scorer = share.part.search.scorer();
    TopK best = share.part.best;
    MemorySegment memory = block.run().memory();
    int scored = 0;
    for (int i = 0; i < count; i++) {
      if (share.has(rows[i])) {
        scored++;
        if (scorer.isBelow(best.lowestWanted(), sums[at + i])) {
          continue;
        }
        float rank = scorer.rank(sums[at + i], memory, positions[i], norms[i]);
        if (best.wants(rank)) {
          offer(best, rank, share.seen, block.from() + rows[i]);
        }
      }
    }
    share.part.scoredRows += scored;
  }

  private static void offer(TopK best, float rank, ViewedRows seen, int row) throws IOException {
    Candidate candidate = Candidate.of(rank, seen.view().partition(), seen.locate(row));
    if (!seen.isHidden(candidate.key())) {
      best.offer(candidate);
    }
  }
}
