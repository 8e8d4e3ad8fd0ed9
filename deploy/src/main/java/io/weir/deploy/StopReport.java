package io.weir.deploy;

import io.weir.storage.StoreStats;
import java.time.Duration;

/**
 * What a stop has left behind.
 *
 * @param durable whether everything that was visible is also on the disk; if not, the next start
 *     reads the rest from Kafka again
 * @param stats figures of the store, after the final checkpoint
 * @param took how long stopping took
 */
public record StopReport(boolean durable, StoreStats stats, Duration took) {

  /** Rows that a query could find. */
  public long liveRows() {
    return stats.total().rows().live();
  }

  /** Lengths of the store's files. */
  public long diskBytes() {
    return stats.total().disk().logicalBytes();
  }
}
