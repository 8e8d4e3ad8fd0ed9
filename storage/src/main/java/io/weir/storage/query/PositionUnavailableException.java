package io.weir.storage.query;

/** A shard cannot be read as of the position that was asked for. */
public final class PositionUnavailableException extends IllegalArgumentException {
  private final int partition;
  private final long oldest;
  private final long newest;

  /** Names the positions between which it can. */
  public PositionUnavailableException(int partition, long asked, long oldest, long newest) {
    this(
        partition,
        oldest,
        newest,
        "partition "
            + partition
            + " cannot be read as of position "
            + asked
            + ": the oldest that it can answer for is "
            + oldest
            + ", the newest "
            + newest);
  }

  private PositionUnavailableException(int partition, long oldest, long newest, String message) {
    super(message);
    this.partition = partition;
    this.oldest = oldest;
    this.newest = newest;
  }

  /**
   * The position is of a shard that has been replaced by one that was made anew.
   *
   * @param applied where the new one is, which is all that it can answer for
   */
  public static PositionUnavailableException madeAnew(int partition, long asked, long applied) {
    return new PositionUnavailableException(
        partition,
        applied,
        applied,
        "partition "
            + partition
            + " has been made anew since position "
            + asked
            + ": what has changed since then cannot be told; it is at "
            + applied);
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
