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
   * How large a block of rows gets.
   *
   * @param rows at most so many rows, at least 1
   * @param bytes no further row once the vectors, keys and payloads have so many bytes
   */
  record BlockLimit(int rows, long bytes) {}

  /**
   * Returns the next rows, copied out; none when there are no more. Waits for disks.
   *
   * @param limit how many
   * @param cancelled asked at least every 4,096 rows, live or not
   * @throws java.util.concurrent.CancellationException if the signal says so; the scan can go on
   * @throws IllegalStateException if the view is closed
   * @throws io.weir.storage.io.CorruptFileException if the bytes on the disk are damaged
   */
  List<StoredRow> next(BlockLimit limit, BooleanSupplier cancelled) throws IOException;
}
