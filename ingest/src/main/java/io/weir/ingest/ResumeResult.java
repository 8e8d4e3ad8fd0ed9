package io.weir.ingest;

/** What came of an operator's wish that a shard go on. */
public sealed interface ResumeResult {

  /**
   * It goes on.
   *
   * @param detail what happens now, in words
   */
  record Resumed(String detail) implements ResumeResult {}

  /** There is no such collection, or this process does not feed the partition. */
  record Unknown() implements ResumeResult {}

  /**
   * It cannot go on so.
   *
   * @param reason why, and what would help
   */
  record Refused(String reason) implements ResumeResult {}
}
