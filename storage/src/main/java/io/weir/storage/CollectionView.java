package io.weir.storage;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;

/**
 * A collection as it was at one position, for as long as it is held: whatever is asked, and however
 * often, the answer is of that position.
 *
 * <p>What a view costs: files that a merge has replaced stay on the disk, and rows that have been
 * replaced since are not dropped. Hot memory is held until the next checkpoint at most: then the
 * view goes on with the published rows. So a view may be held for minutes without keeping a writer
 * waiting; whoever holds views bounds their number and their age.
 *
 * <p><b>Threads:</b> any; {@link #get}, {@link #search} and scans wait for disks. <b>Ownership:</b>
 * close it; what is being read at that time is read to its end, then the rest is given back.
 */
public interface CollectionView extends AutoCloseable {

  /** Dimension and metric. */
  VectorSchema schema();

  /**
   * Per partition, the position that the view is as of: it shows what lies below and nothing else.
   * A partition that has never been read is left out.
   */
  SortedMap<Integer, SourcePosition> position();

  /**
   * Returns the live row under a key, as {@link VectorCollection#get(String)} does.
   *
   * @throws IllegalStateException if the view is closed
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  Optional<StoredRow> get(String key) throws IOException;

  /** Scores every live row and returns the nearest: {@link #search(List)} of one query. */
  default SearchResult search(KnnQuery query) throws IOException {
    return search(List.of(query)).getFirst();
  }

  /**
   * Scores every live row for each of some queries and returns the nearest of each; errors are
   * those of {@link VectorCollection#search(List)}.
   *
   * @param queries their {@link KnnQuery#asOf} must be empty: the view is as of its own position
   * @throws IllegalStateException if the view is closed
   */
  List<SearchResult> search(List<KnnQuery> queries) throws IOException;

  /** Returns a scan over all live rows, with or without their vectors and payloads. */
  RowScan rows(boolean withVector, boolean withPayload);

  /**
   * Returns a scan over the live rows that a filter lets through.
   *
   * @throws io.weir.storage.query.UnfitFilterException if the filter does not fit the fields that
   *     were declared when the view was made
   */
  RowScan rows(boolean withVector, boolean withPayload, Filter filter);

  /** Counts the live rows that a filter lets through. */
  default long count(Filter filter) throws IOException {
    return count(filter, () -> false);
  }

  /**
   * Counts the live rows that a filter lets through.
   *
   * @param cancelled asked at least every 4,096 rows
   * @throws java.util.concurrent.CancellationException if the signal says so
   * @throws io.weir.storage.query.UnfitFilterException if the filter does not fit the fields that
   *     were declared when the view was made
   * @throws IllegalStateException if the view is closed
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  long count(Filter filter, BooleanSupplier cancelled) throws IOException;

  /** Gives the view up. Further calls do nothing. */
  @Override
  void close();
}
