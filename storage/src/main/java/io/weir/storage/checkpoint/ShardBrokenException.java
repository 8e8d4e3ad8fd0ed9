package io.weir.storage.checkpoint;

/**
 * A commit is on the disk, and the process has failed to take note of it: to go on would write the
 * same rows again. The next open finds everything as it should be.
 */
public final class ShardBrokenException extends IllegalStateException {

  /** Says why. */
  public ShardBrokenException(Object shard, Throwable cause) {
    super(shard + " has made a checkpoint durable and failed to go on with it; start again", cause);
  }
}
