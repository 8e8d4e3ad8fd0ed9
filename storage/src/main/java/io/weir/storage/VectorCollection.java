package io.weir.storage;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A named set of vectors of one dimension and one metric, held by the shards of one topic.
 *
 * <p><b>Threads:</b> any. {@link #get}, {@link #search}, {@link #view} and {@link #liveRows} read
 * mapped files, {@link #shard}, {@link #successor}, {@link #dropShard} and {@link #abandon} open,
 * wait for or remove files: keep them off event loops.
 */
public interface VectorCollection {

  /** The name. */
  String name();

  /** Dimension and metric. */
  VectorSchema schema();

  /** The fields that it can be filtered by; none before it is declared. */
  DeclaredFields fields();

  /**
   * Whether somebody has declared it since the store was opened. One that was found on the disk is
   * not, until then: which fields it has is not known.
   */
  boolean isDeclared();

  /**
   * Returns the shard of a partition, opening it from the disk or making it where it is missing.
   *
   * @param partition the partition's number, not negative
   * @throws IOException if the shard's folder cannot be read
   */
  Shard shard(int partition) throws IOException;

  /** Returns the shards that are open, in order of partition. */
  List<Shard> shards();

  /**
   * Makes a shard durable and closes it: a checkpoint of this shard alone, on the store's own
   * thread, then it is no part of the collection any more. Queries that have begun go on; later
   * ones do not see it. Its files stay, for {@link #shard} to open again. Whoever feeds it stops
   * first: what comes during the checkpoint is lost from memory, and the durable position says so.
   * A successor of it is abandoned.
   *
   * <p>Nothing happens if there is no such shard.
   *
   * @return completes when it is closed; with an exception if the checkpoint failed, and then it is
   *     closed all the same: hot rows are gone, the log has them
   */
  CompletableFuture<@Nullable Void> closeShard(int partition);

  /**
   * Closes a shard, and its successor, without writing anything: its hot rows are gone at once, but
   * for queries that have begun. A checkpoint of it that is under way ends first; after this
   * returns nothing is published for it. Its files stay, for {@link #shard} to open again. Nothing
   * happens if there is no such shard.
   */
  void dropShard(int partition);

  /**
   * Begins to make a shard anew, beside the one that is served: returns an empty shard of the same
   * partition, which takes the other's place with {@link #promote}. Until then it is fed and
   * checkpointed like any other, within the same memory budget, and no query, count or export sees
   * it. One that is not finished when the process ends is discarded by the next {@link #shard}.
   *
   * @throws IllegalStateException if the partition has a successor
   * @throws IOException if the shard's folder cannot be read
   */
  Shard successor(int partition) throws IOException;

  /**
   * Puts a partition's successor in its shard's place: makes what it has been fed durable, on the
   * store's own thread, swaps the two, and removes the files of the old one. The successor's object
   * is the collection's shard from then on, and goes on to be fed; the old one's is closed. Each
   * query sees one of both. A crash leaves the old shard whole or the new one.
   *
   * @return completes when that is durable; with an exception if it could not be made so, and then
   *     everything is as it was
   * @throws IllegalStateException if the partition has no successor
   */
  CompletableFuture<@Nullable Void> promote(int partition);

  /**
   * Closes a partition's successor and removes its files. Nothing happens if there is none.
   *
   * @throws IOException if the files cannot be removed; {@link #shard} does it when it opens the
   *     partition next
   */
  void abandon(int partition) throws IOException;

  /**
   * Returns the live row under a key. If several partitions hold the key (the producers disagree on
   * partitioning), the one with the latest timestamp.
   *
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  default Optional<StoredRow> get(String key) throws IOException {
    return get(key, Map.of());
  }

  /**
   * Returns the row that was live under a key at earlier positions.
   *
   * @param asOf next offset by partition; a partition that is left out is read as it is now
   * @throws io.weir.storage.query.PositionUnavailableException if a shard cannot tell any more, or
   *     not yet
   * @throws IllegalArgumentException if a partition does not exist
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  Optional<StoredRow> get(String key, Map<Integer, Long> asOf) throws IOException;

  /**
   * Scores every live row and returns the nearest: {@link #search(List)} of one query.
   *
   * @throws io.weir.storage.query.UnfitVectorException if the query's dimension is not the
   *     collection's, a component is not finite, or the query is the zero vector under {@code
   *     COSINE}
   * @throws io.weir.storage.query.UnfitFilterException if its filter does not fit the fields
   * @throws io.weir.storage.query.HitsTooLargeException if its hits are larger than its budget
   * @throws IllegalArgumentException if it is as of a partition that does not exist
   * @throws io.weir.storage.query.PositionUnavailableException if the query is as of a position
   *     that a shard cannot tell of any more, or not yet
   * @throws java.util.concurrent.CancellationException if the query's signal says so
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  default SearchResult search(KnnQuery query) throws IOException {
    return search(List.of(query)).getFirst();
  }

  /**
   * Scores every live row for each of some queries and returns the nearest of each. Queries that
   * are asked at about the same time, by one call or by several, share passes over the rows.
   *
   * <p>Each answer is of one moment after the call; those of several queries may be of several.
   * Other callers do not wait for all of them: it is one query of each in turn.
   *
   * @return an answer for each query, in their order
   * @throws io.weir.storage.query.UnfitVectorException if a query's dimension is not the
   *     collection's, a component is not finite, or it is the zero vector under {@code COSINE}
   * @throws io.weir.storage.query.UnfitFilterException if the filter of one does not fit the fields
   * @throws io.weir.storage.query.HitsTooLargeException if the hits of one are larger than what is
   *     left of its budget
   * @throws IllegalArgumentException if one is as of a partition that does not exist
   * @throws io.weir.storage.query.PositionUnavailableException if a query is as of a position that
   *     a shard cannot tell of any more, or not yet
   * @throws java.util.concurrent.CancellationException if the signal of a query says so
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  List<SearchResult> search(List<KnnQuery> queries) throws IOException;

  /**
   * Pins what can be seen now, or could be seen at earlier positions, until the view is closed.
   *
   * @param asOf next offset by partition; a partition that is left out is pinned as it is now
   * @throws io.weir.storage.query.PositionUnavailableException if a shard cannot tell any more, or
   *     not yet
   * @throws IllegalArgumentException if a partition does not exist
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  CollectionView view(Map<Integer, Long> asOf) throws IOException;

  /** Reads what records change from now on: those that no query can see yet. */
  CollectionChanges changes();

  /**
   * Reads what records have changed since a position, and change from then on, whichever shards the
   * position is of: {@link #changes(Map, Map)}.
   */
  default CollectionChanges changes(Map<Integer, Long> since) {
    return changes(since, Map.of());
  }

  /**
   * Reads what records have changed since a position, and change from then on.
   *
   * @param since next offset by partition; a partition that is left out is read from its beginning.
   *     One that is not open is waited for, and so is a position that has not been reached
   * @param incarnations which shards the position is of, as in {@link
   *     CollectionChanges#incarnations}; of a partition that is left out it is whichever is open
   * @throws io.weir.storage.query.PositionUnavailableException if a shard cannot tell any more:
   *     rows that have been replaced since were dropped, or it has been made anew
   */
  CollectionChanges changes(Map<Integer, Long> since, Map<Integer, Integer> incarnations);

  /**
   * Counts the rows that a query can find. Looks up each key that has come since the last
   * checkpoint, once however often it is asked; the figure in {@link StoreStats} does not.
   *
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  long liveRows() throws IOException;
}
