package io.weir.storage.query;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a collection showed at one moment.
 *
 * <p><b>Threads:</b> any, one at a time. <b>Ownership:</b> holds what its views borrow until it is
 * closed, which whoever took it does, once.
 */
public interface CollectionSnapshot extends AutoCloseable {

  /**
   * Returns a view of each shard, in order of partition.
   *
   * @param asOf next offset by partition; a partition that is left out is shown as it was when the
   *     snapshot was taken
   * @throws PositionUnavailableException if a shard cannot tell any more, or could not yet
   * @throws IllegalArgumentException if a partition does not exist
   */
  List<ShardView> views(Map<Integer, Long> asOf) throws IOException;

  @Override
  void close();
}
