package io.weir.storage.record;

/**
 * How far a partition of the log has been taken in: everything below {@code nextOffset}.
 *
 * @param nextOffset the offset to read next; every lower one has been dealt with
 * @param leaderEpoch leader epoch of the last record read, or {@link #UNKNOWN_EPOCH}; seeking with
 *     it lets the client detect a truncated log
 */
public record SourcePosition(long nextOffset, int leaderEpoch) {

  /** The epoch of a position that no record has given one. */
  public static final int UNKNOWN_EPOCH = -1;

  /** Checks the range. */
  public SourcePosition {
    if (nextOffset < 0 || leaderEpoch < UNKNOWN_EPOCH) {
      throw new IllegalArgumentException(
          "position " + nextOffset + ", epoch " + leaderEpoch + " is negative");
    }
  }
}
