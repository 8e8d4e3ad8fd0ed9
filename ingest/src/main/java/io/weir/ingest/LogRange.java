package io.weir.ingest;

/**
 * Where a partition's log began and ended when it was last looked at.
 *
 * @param beginningOffset lowest offset that the log still had
 * @param endOffset end of the committed records: what a reader of committed records can reach
 * @param highWatermark end of all records; what lies between the two belongs to open transactions
 */
public record LogRange(long beginningOffset, long endOffset, long highWatermark) {

  /** Offsets that an open transaction keeps from being read. */
  public long uncommittedOffsets() {
    return Math.max(0, highWatermark - endOffset);
  }
}
