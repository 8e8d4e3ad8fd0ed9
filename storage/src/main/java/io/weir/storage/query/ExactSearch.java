package io.weir.storage.query;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.query.TopK.Candidate;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.ColdChunk;
import io.weir.storage.segment.MappedChunk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * Scores every live row of some shards and keeps the nearest.
 *
 * <p>Rows that have been replaced by others of their shard, as far as a mark beside the row tells,
 * are not scored: where keys are overwritten faster than compaction runs, most rows are of that
 * kind. That a row of a lower layer is hidden by one of a layer above takes a look-up of its key,
 * and is asked only if its score would place it: almost no row's does.
 *
 * <p><b>Threads:</b> one; used once.
 */
public final class ExactSearch {
  /** Rows between two looks at the query's signal. */
  private static final int BLOCK_ROWS = 4096;

  private final VectorSchema schema;
  private final KnnQuery query;
  private final Scorer scorer;
  private final TopK top;
  private long scoredRows;

  private ExactSearch(VectorSchema schema, KnnQuery query) {
    this.schema = schema;
    this.query = query;
    this.scorer = new Scorer(schema, query.vector());
    this.top = new TopK(query.k(), query.after());
  }

  /**
   * Searches some shards of one collection.
   *
   * @throws IllegalArgumentException if the query does not fit the schema
   * @throws CancellationException if the query's signal says so
   */
  public static SearchResult search(VectorSchema schema, KnnQuery query, List<ShardView> views)
      throws IOException {
    ExactSearch search = new ExactSearch(schema, query);
    SortedMap<Integer, SourcePosition> position = new TreeMap<>();
    for (ShardView view : views) {
      view.position().ifPresent(seen -> position.put(view.partition(), seen));
      search.scan(view);
    }
    return new SearchResult(search.hits(), position, search.scoredRows);
  }

  private void scan(ShardView view) throws IOException {
    for (ColdChunk cold : view.cold().chunks()) {
      scanChunk(view, cold);
    }
    for (int layer = 0; layer < view.hot().size(); layer++) {
      scanHot(view, layer);
    }
  }

  private void scanChunk(ShardView view, ColdChunk cold) throws IOException {
    MappedChunk chunk = cold.chunk();
    MemorySegment memory = chunk.memory();
    for (int from = 0; from < cold.rows(); from += BLOCK_ROWS) {
      int to = Math.min(from + BLOCK_ROWS, cold.rows());
      checkSignal();
      chunk.verifyVectors(from, to);
      for (int row = from; row < to; row++) {
        if (cold.isDead(row)) {
          continue;
        }
        scoredRows++;
        float rank = scorer.rank(memory, chunk.vectorPosition(row), chunk.verifiedNorm(row));
        if (top.wants(rank)) {
          Candidate candidate =
              Candidate.of(rank, view.partition(), new LocatedRow.Cold(chunk, row));
          if (!view.hidden(candidate.key(), view.hot().size())) {
            top.offer(candidate);
          }
        }
      }
    }
  }

  private void scanHot(ShardView view, int layer) throws IOException {
    HotSnapshot snapshot = view.hot().get(layer);
    long stride = RowLayout.strideBytes(schema.dimension());
    int vectors = snapshot.vectors();
    int first = 0;
    while (first < vectors) {
      checkSignal();
      int length = Math.min(snapshot.runLength(first), BLOCK_ROWS);
      MemorySegment run = snapshot.run(first, length);
      for (int i = 0; i < length; i++) {
        int entry = snapshot.entryOfVector(first + i);
        if (snapshot.replacedBy(entry) != HotSnapshot.NONE) {
          continue;
        }
        scoredRows++;
        float rank = scorer.rank(run, i * stride, snapshot.norm(entry));
        if (top.wants(rank)) {
          Candidate candidate =
              Candidate.of(rank, view.partition(), new LocatedRow.Hot(snapshot, entry));
          if (!view.hidden(candidate.key(), layer)) {
            top.offer(candidate);
          }
        }
      }
      first += length;
    }
  }

  private void checkSignal() {
    if (query.cancelled().getAsBoolean()) {
      throw new CancellationException("search cancelled after " + scoredRows + " rows");
    }
  }

  private List<Hit> hits() throws IOException {
    List<Hit> hits = new ArrayList<>();
    for (Candidate candidate : top.best()) {
      hits.add(
          new Hit(
              scorer.score(candidate.rank()),
              candidate.rank(),
              candidate
                  .row()
                  .copy(candidate.partition(), query.withVector(), query.withPayload())));
    }
    return hits;
  }
}
