package io.weir.ingest;

import java.util.OptionalLong;

/** How an operator wants a shard to go on that has stopped. */
public sealed interface ResumeWay {

  /** As it is: what was in the way has been put right. */
  record Retry() implements ResumeWay {}

  /**
   * Without the records in between: they are recorded as a gap of the shard.
   *
   * @param nextOffset where to read on; empty for the lowest offset that the log still has
   */
  record AcceptGap(OptionalLong nextOffset) implements ResumeWay {}

  /** With the partitions that the topic has now; concerns the whole collection. */
  record AcceptPartitions() implements ResumeWay {}

  /**
   * From the beginning of the log, into new files; what is there is served until they have caught
   * up, and then they take its place.
   */
  record Rebuild() implements ResumeWay {}
}
