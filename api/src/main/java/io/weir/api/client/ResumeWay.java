package io.weir.api.client;

import java.util.OptionalLong;

/** How a shard that has stopped goes on. */
public sealed interface ResumeWay {

  /** As it is: what was in the way has been put right. */
  record Retry() implements ResumeWay {}

  /**
   * Without the records in between, which are recorded as a gap for good.
   *
   * @param nextOffset where to go on; empty for where the log begins now
   */
  record AcceptGap(OptionalLong nextOffset) implements ResumeWay {}

  /** With the partitions that the topic has now, all of them. */
  record AcceptPartitions() implements ResumeWay {}

  /** From where the log begins, into new files that take the place of the old ones. */
  record Rebuild() implements ResumeWay {}
}
