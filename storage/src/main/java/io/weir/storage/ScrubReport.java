package io.weir.storage;

import io.weir.storage.check.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What scrubbing has found.
 *
 * @param passes passes over all files that have ended
 * @param runningSince when the pass began that runs now, if one does
 * @param lastStarted when the last pass began that has ended
 * @param lastFinished when it ended
 * @param bytesRead bytes read by all passes, the running one included
 * @param damaged how many findings that pass had in all
 * @param findings the first thousand of them
 * @param failure why that pass could not look everywhere, if it could not
 */
public record ScrubReport(
    long passes,
    Optional<Instant> runningSince,
    Optional<Instant> lastStarted,
    Optional<Instant> lastFinished,
    long bytesRead,
    long damaged,
    List<Finding> findings,
    Optional<String> failure) {

  /** The findings as people read them, a line each. */
  public List<String> texts() {
    return findings.stream().map(Finding::text).toList();
  }

  /** Nothing read yet. */
  static final ScrubReport NONE =
      new ScrubReport(
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          0,
          List.of(),
          Optional.empty());
}
