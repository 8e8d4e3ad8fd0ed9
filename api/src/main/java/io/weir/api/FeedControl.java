package io.weir.api;

import java.util.OptionalLong;

/**
 * What an operator can tell whatever feeds the store. Implemented by whoever knows both the feeder
 * and the API.
 *
 * <p><b>Threads:</b> any; the answer may take as long as a request to the brokers.
 */
@FunctionalInterface
public interface FeedControl {

  /** Has a partition that has stopped, or waits, go on in the way that is given. */
  Outcome resume(String collection, int partition, Way way);

  /** A store that nobody feeds: there is nothing to resume. */
  static FeedControl none() {
    return (collection, partition, way) -> new Outcome.Unknown();
  }

  /** How a partition goes on. */
  sealed interface Way {

    /** As it is: what was in the way has been put right. */
    record Retry() implements Way {}

    /**
     * Without the records in between, which are recorded as a gap.
     *
     * @param nextOffset where to go on; empty for the lowest offset that the log still has
     */
    record AcceptGap(OptionalLong nextOffset) implements Way {}

    /** With the partitions that the topic has now, all of them. */
    record AcceptPartitions() implements Way {}

    /** From the beginning of the log, into new files that take the place of the old ones. */
    record Rebuild() implements Way {}
  }

  /** What came of it. */
  sealed interface Outcome {

    /**
     * It goes on.
     *
     * @param detail what happens now, in words
     */
    record Resumed(String detail) implements Outcome {}

    /** There is no such collection, or this process does not feed the partition. */
    record Unknown() implements Outcome {}

    /**
     * It cannot go on so.
     *
     * @param reason why, and what would help
     */
    record Refused(String reason) implements Outcome {}
  }
}
