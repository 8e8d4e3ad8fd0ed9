package io.weir.deploy.demo;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link TopicFeeder} has done.
 *
 * @param sent records that Kafka has acknowledged in this run
 * @param complete whether the topic now holds all records
 * @param took from the first record to the last acknowledgement
 * @param nextOffsets where each partition ends when all sent records are in it
 */
record FeedReport(long sent, boolean complete, Duration took, List<Long> nextOffsets) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Records a second; 0 if none was sent. */
  double recordsPerSecond() {
    return sent == 0 ? 0 : sent * NANOS_PER_SECOND / Math.max(1, took.toNanos());
  }
}
