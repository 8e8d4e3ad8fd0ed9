package io.weir.storage;

import io.weir.storage.CheckpointReport.Trigger;
import java.time.Duration;
import java.util.Map;

/**
 * What the background work of a store has come to since it was opened. Figures only grow, but for
 * {@link MergeTotals#running}.
 *
 * @param checkpoints by what asked for them, every trigger
 * @param merges of all shards
 * @param passes ways through rows, of all collections
 */
public record StoreTotals(
    Map<Trigger, CheckpointTotals> checkpoints, MergeTotals merges, PassTotals passes) {

  /**
   * Passes over rows, which searches share.
   *
   * @param passes how many have begun
   * @param searches searches that had a place in one; by {@code passes}, the size of the groups
   */
  public record PassTotals(long passes, long searches) {}

  /**
   * Checkpoints that wrote something or failed.
   *
   * @param runs how many
   * @param failures of these, those in which a shard failed
   * @param rows rows written
   * @param deadMarks older rows that these, or deletes, replaced
   * @param bytes bytes appended to segment and dead-mark files
   * @param took how long they ran
   */
  public record CheckpointTotals(
      long runs, long failures, long rows, long deadMarks, long bytes, Duration took) {

    /** None. */
    public static final CheckpointTotals NONE = new CheckpointTotals(0, 0, 0, 0, 0, Duration.ZERO);

    /** The sum of both. */
    public CheckpointTotals plus(CheckpointTotals other) {
      return new CheckpointTotals(
          runs + other.runs,
          failures + other.failures,
          rows + other.rows,
          deadMarks + other.deadMarks,
          bytes + other.bytes,
          took.plus(other.took));
    }

    CheckpointTotals plus(CheckpointReport report) {
      return new CheckpointTotals(
          runs + 1,
          failures + (report.succeeded() ? 0 : 1),
          rows + report.rows(),
          deadMarks
              + report.shards().stream()
                  .mapToLong(CheckpointReport.ShardCheckpoint::deadMarks)
                  .sum(),
          bytes + report.bytes(),
          took.plus(report.took()));
    }
  }

  /**
   * Merges: segment files that were written in place of others.
   *
   * @param merges how many
   * @param failures merges that came to nothing; what they were to replace stays
   * @param keptRows rows that were copied
   * @param droppedRows dead rows that were not
   * @param bytesRead committed bytes of the files that were replaced
   * @param bytesWritten bytes of the files in their place
   * @param took how long merges ran, those that failed included
   * @param running whether one runs now
   */
  public record MergeTotals(
      long merges,
      long failures,
      long keptRows,
      long droppedRows,
      long bytesRead,
      long bytesWritten,
      Duration took,
      boolean running) {

    /** None. */
    public static final MergeTotals NONE = new MergeTotals(0, 0, 0, 0, 0, 0, Duration.ZERO, false);

    MergeTotals begun() {
      return running(true, Duration.ZERO);
    }

    /** There was nothing to merge. */
    MergeTotals idle() {
      return running(false, Duration.ZERO);
    }

    MergeTotals plus(CompactionReport.Merge merge, Duration time) {
      return new MergeTotals(
          merges + 1,
          failures,
          keptRows + merge.keptRows(),
          droppedRows + merge.droppedRows(),
          bytesRead + merge.bytesBefore(),
          bytesWritten + merge.bytesAfter(),
          took.plus(time),
          false);
    }

    MergeTotals plusFailure(Duration time) {
      MergeTotals ended = running(false, time);
      return new MergeTotals(
          merges,
          failures + 1,
          keptRows,
          droppedRows,
          bytesRead,
          bytesWritten,
          ended.took(),
          false);
    }

    private MergeTotals running(boolean now, Duration time) {
      return new MergeTotals(
          merges, failures, keptRows, droppedRows, bytesRead, bytesWritten, took.plus(time), now);
    }
  }
}
