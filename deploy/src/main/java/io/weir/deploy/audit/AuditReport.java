package io.weir.deploy.audit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit found.
 *
 * @param records records of the topic that were read
 * @param rejected of these, those that no row can come from
 * @param expectedRows rows that the topic says there are
 * @param deletedKeys keys whose last record is a delete
 * @param equalRows rows that the store has just so
 * @param changedSince keys that got newer records meanwhile; not compared
 * @param hidden rows that HTTP cannot show, since another partition has a later one of the key
 * @param partitions the rows of each partition
 * @param totals differences of each kind, kinds without any left out
 * @param differences the first of them
 * @param deadLetters empty: not asked for
 */
public record AuditReport(
    String collection,
    String topic,
    long records,
    long rejected,
    long expectedRows,
    long deletedKeys,
    long equalRows,
    long changedSince,
    long hidden,
    List<PartitionCount> partitions,
    Map<Difference.Kind, Long> totals,
    List<Difference> differences,
    Optional<DeadLetterCount> deadLetters,
    Duration took) {

  /** Copies the collections. */
  public AuditReport {
    partitions = List.copyOf(partitions);
    totals = Map.copyOf(totals);
    differences = List.copyOf(differences);
  }

  /**
   * Whether nothing was found that differs; see {@link #countProven} for what could not be seen.
   */
  public boolean equal() {
    return totals.isEmpty() && deadLetters.map(DeadLetterCount::missing).orElse(0L) == 0;
  }

  /** Whether it is also known of every partition that the store has no row too many. */
  public boolean countProven() {
    return partitions.stream().allMatch(PartitionCount::isProven);
  }
}
