package io.weir.storage;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A named set of vectors of one dimension and one metric, held by the shards of one topic.
 *
 * <p><b>Threads:</b> any. {@link #get} and {@link #search} read mapped files and may wait for a
 * disk: keep them off event loops.
 */
public interface VectorCollection {

  /** The name. */
  String name();

  /** Dimension and metric. */
  VectorSchema schema();

  /**
   * Returns the shard of a partition, making it where it is missing.
   *
   * @param partition the partition's number, not negative
   * @throws IOException if the shard's folder cannot be read
   */
  Shard shard(int partition) throws IOException;

  /** Returns the shards that exist, in order of partition. */
  List<Shard> shards();

  /**
   * Returns the live row under a key. If several partitions hold the key (the producers disagree on
   * partitioning), the one with the latest timestamp.
   *
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  Optional<StoredRow> get(String key) throws IOException;

  /**
   * Scores every live row and returns the nearest.
   *
   * @throws IllegalArgumentException if the query's dimension is not the collection's, a component
   *     is not finite, or the query is the zero vector under {@code COSINE}
   * @throws java.util.concurrent.CancellationException if the query's signal says so
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  SearchResult search(KnnQuery query) throws IOException;
}
