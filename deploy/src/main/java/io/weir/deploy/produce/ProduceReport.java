package io.weir.deploy.produce;

import java.time.Duration;
import java.util.Optional;

/**
 * What was sent.
 *
 * @param records taken by brokers
 * @param bytes of their keys and values
 * @param dimension components of each vector
 * @param firstKey key of the first record, if there is one
 * @param resumeAt the row to go on with; all below it have been taken
 * @param complete whether all was sent that was asked for
 */
record ProduceReport(
    long records,
    long bytes,
    Duration took,
    int dimension,
    Optional<String> firstKey,
    long resumeAt,
    boolean complete) {

  double recordsPerSecond() {
    return took.isZero() ? 0 : records * 1e9 / took.toNanos();
  }
}
