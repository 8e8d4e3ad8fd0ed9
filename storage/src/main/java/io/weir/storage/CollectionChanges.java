package io.weir.storage;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.query.Change;
import io.weir.storage.query.ChangeLimit;
import io.weir.storage.query.Interests;
import io.weir.storage.query.PositionUnavailableException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;

/**
 * What records have changed in a collection, one after the other, from a position on: in each
 * partition in the order of the log, none left out and none twice, whatever is checkpointed and
 * merged meanwhile.
 *
 * <p>What it costs while it is open: rows that have been replaced since its position are kept on
 * the disk. It holds no memory between two reads. Whoever keeps it open reads on, or closes it.
 *
 * <p>A partition that is not open is waited for, and so is a position that a shard has not come to.
 *
 * <p><b>Threads:</b> one at a time; {@link #next} waits for disks. <b>Ownership:</b> close it.
 */
public interface CollectionChanges extends AutoCloseable {

  /**
   * Some changes.
   *
   * @param changes those that concern an interest, partition by partition
   * @param position next offset by partition: everything below has been looked at
   * @param atEnd whether that is all that there was
   */
  record Block(List<Change> changes, SortedMap<Integer, Long> position, boolean atEnd) {

    /** Copies the changes. */
    public Block {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Next offset by partition: everything below has been read. A partition that has just been opened
   * is left out until the next read, and is read from its beginning.
   */
  SortedMap<Integer, Long> position();

  /**
   * Which of the shards that a partition has had one after the other the position is of, by
   * partition: how many were before it. Another shard has other rows, so that nothing can be told
   * from a position of the one before on. A partition of which no shard has been open is left out.
   */
  SortedMap<Integer, Integer> incarnations();

  /**
   * Reads on. What was read last can be read again, from where that began or from any position in
   * it, by another {@link VectorCollection#changes(Map, Map)} that is opened before this is called
   * again.
   *
   * @param interests of this collection; which of them a change concerns is said with it
   * @param until where to stop, by partition; partitions that are left out are read as far as they
   *     can be seen
   * @param limit how many records are looked at, and when no further row is copied; shared by the
   *     partitions
   * @param cancelled asked at least every 4,096 rows
   * @throws PositionUnavailableException if a shard cannot tell any more what has changed since the
   *     position, or has been made anew; nothing has been read then
   * @throws java.util.concurrent.CancellationException if the signal says so
   * @throws IllegalStateException if it is closed
   * @throws CorruptFileException if the bytes on the disk are damaged
   */
  Block next(
      Interests interests, Map<Integer, Long> until, ChangeLimit limit, BooleanSupplier cancelled)
      throws IOException;

  /** Gives the position up. Further calls do nothing. */
  @Override
  void close();
}
