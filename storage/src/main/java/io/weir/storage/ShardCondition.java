package io.weir.storage;

/** How a shard gets on with its disk. Queries are answered in every condition. */
public enum ShardCondition {
  /** The latest checkpoint succeeded. */
  OK,
  /**
   * The disk is full, or as full as it may be. Rows stay hot, writers wait once the buffer is full,
   * checkpoints are tried again; all goes on by itself when there is room.
   */
  NO_SPACE,
  /** The latest checkpoint failed for another reason. As {@link #NO_SPACE}. */
  FAILING,
  /**
   * The disk has twice in a row failed to keep what was written to it, or the process has failed
   * between making a checkpoint durable and going on with it. Nothing is written any more and
   * writers wait; what is hot is safe in the log. See to the disk, then start again.
   */
  READ_ONLY
}
