package io.weir.deploy.audit;

import java.util.OptionalLong;

/**
 * The rows of one partition.
 *
 * @param beginning the first offset that the topic still has
 * @param position compared as of here: every record below was read, none above
 * @param expectedRows what the topic says
 * @param storeRows what the store says at that very position; empty: it never stood still there
 */
public record PartitionCount(
    int partition, long beginning, long position, long expectedRows, OptionalLong storeRows) {

  /**
   * Whether the topic still has all that decides: records below a beginning that has moved may have
   * left rows.
   */
  public boolean isWhole() {
    return beginning == 0;
  }

  /** Whether there is a figure of the store that may be compared. */
  public boolean isProven() {
    return isWhole() && storeRows.isPresent();
  }

  /** Whether the two are known to differ. */
  public boolean differs() {
    return isProven() && storeRows.getAsLong() != expectedRows;
  }
}
