package io.weir.storage.query;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Goes through all live rows of a view once: partition by partition, in each by offset.
 *
 * <p><b>Threads:</b> one at a time. <b>Ownership:</b> reads the view that it came from, and ends
 * with it; has nothing of its own to give back.
 */
public interface RowScan {

  /**
   * How large a block of rows gets, and how long it may take.
   *
   * @param rows at most so many rows, at least 1
   * @param bytes no further row once the vectors, keys and payloads have so many bytes
   * @param looks at most so many rows are looked at, at least 1: those that a filter does not let
   *     through, and those that have been replaced, too
   */
  record BlockLimit(int rows, long bytes, int looks) {}

  /**
   * Some rows, copied out.
   *
   * @param rows the rows; there may be none, in the middle of a scan, too
   * @param last whether there are no more
   */
  record Block(List<StoredRow> rows, boolean last) {}

  /**
   * Goes on with the first row that is not before a place.
   *
   * @param partition the partition; one that the view does not have is no error
   * @param offset the lowest offset in it that is wanted
   */
  void seek(int partition, long offset);

  /**
   * Returns the next rows; none, and that there are no more, after the last. Waits for disks. A
   * block ends before its limit, too, once a filter has read many bytes of payloads.
   *
   * @param limit how many
   * @param cancelled asked at least every 4,096 rows, live or not
   * @throws java.util.concurrent.CancellationException if the signal says so; the scan can go on
   * @throws IllegalStateException if the view is closed
   * @throws io.weir.storage.io.CorruptFileException if the bytes on the disk are damaged
   */
  Block next(BlockLimit limit, BooleanSupplier cancelled) throws IOException;
}
