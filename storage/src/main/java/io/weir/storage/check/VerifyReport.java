package io.weir.storage.check;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a check found.
 *
 * @param collections collections that have shards on the disk
 * @param shards shards that were checked
 * @param segments segment files that their manifests name
 * @param chunks chunks in them that could be found
 * @param rows rows in those
 * @param liveRows rows that nothing has replaced; empty unless rows were looked at
 * @param obsoleteMarks dead marks of segments that have been merged into others since
 * @param bytesRead all bytes that were read, those read twice counted twice
 * @param findings what is wrong: the first thousand
 * @param findingCount how much is wrong in all
 * @param notes what else there is to know
 */
public record VerifyReport(
    int collections,
    int shards,
    int segments,
    int chunks,
    long rows,
    OptionalLong liveRows,
    long obsoleteMarks,
    long bytesRead,
    List<Finding> findings,
    long findingCount,
    List<Note> notes) {

  /** Whether nothing is wrong. */
  public boolean whole() {
    return findingCount == 0;
  }
}
