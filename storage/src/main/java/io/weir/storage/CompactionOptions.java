package io.weir.storage;

/**
 * When segments are merged, and rewritten without rows that were replaced or deleted.
 *
 * @param automatic whether the store compacts by itself, after checkpoints, what is declared; else
 *     only when asked
 * @param deadShare a segment is rewritten when more than this share of its rows is dead and history
 *     does not need them, above 0 and at most 1
 * @param bytesPerSecond the most that compaction reads and writes, so that it leaves the disk to
 *     checkpoints and queries; zero for no limit
 */
public record CompactionOptions(boolean automatic, double deadShare, long bytesPerSecond) {
  private static final double DEFAULT_DEAD_SHARE = 0.25;
  private static final long DEFAULT_BYTES_PER_SECOND = 64L << 20;

  /** Checks the ranges. */
  public CompactionOptions {
    if (!(deadShare > 0 && deadShare <= 1)) {
      throw new IllegalArgumentException(
          "dead share of " + deadShare + "; allowed are shares above 0, at most 1");
    }
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("compaction at " + bytesPerSecond + " bytes a second");
    }
  }

  /** Automatic, at a quarter of dead rows, at most 64 MiB read and written a second. */
  public static CompactionOptions defaults() {
    return new CompactionOptions(true, DEFAULT_DEAD_SHARE, DEFAULT_BYTES_PER_SECOND);
  }

  /** Returns these options, by itself or on request only. */
  public CompactionOptions withAutomatic(boolean wanted) {
    return new CompactionOptions(wanted, deadShare, bytesPerSecond);
  }

  /** Returns these options with another limit of dead rows. */
  public CompactionOptions withDeadShare(double share) {
    return new CompactionOptions(automatic, share, bytesPerSecond);
  }

  /** Returns these options with another rate. */
  public CompactionOptions withBytesPerSecond(long bytes) {
    return new CompactionOptions(automatic, deadShare, bytes);
  }
}
