package io.weir.storage.query;

/** A shard cannot be read as of the position that was asked for. */
public final class PositionUnavailableException extends IllegalArgumentException {
  private final int partition;
  private final long oldest;
  private final long newest;

  /** Names the positions between which it can. */
  public PositionUnavailableException(int partition, long asked, long oldest, long newest) {
    super(
        "partition "
            + partition
            + " cannot be read as of position "
            + asked
            + ": the oldest that it can answer for is "
            + oldest
            + ", the newest "
            + newest);
    this.partition = partition;
    this.oldest = oldest;
    this.newest = newest;
  }

  /** The partition. */
  public int partition() {
    return partition;
  }

  /** The oldest position that can be answered for. */
  public long oldest() {
    return oldest;
  }

  /** The newest. */
  public long newest() {
    return newest;
  }
}
