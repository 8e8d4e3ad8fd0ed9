package io.weir.deploy.audit;

import java.util.List;

/**
 * Rejected records against letters.
 *
 * @param topic the dead-letter topic
 * @param rejected records of the audited partitions that no row can come from
 * @param letters letters about records of these partitions, below the positions compared
 * @param missing rejected records without a letter
 * @param duplicates letters beyond the first of a record; allowed, for sending is repeated
 * @param unmatched letters about records that are not rejected, or that the topic no longer has
 * @param firstMissing the first of the missing, as {@code partition:offset}
 */
public record DeadLetterCount(
    String topic,
    long rejected,
    long letters,
    long missing,
    long duplicates,
    long unmatched,
    List<String> firstMissing) {

  /** Copies the list. */
  public DeadLetterCount {
    firstMissing = List.copyOf(firstMissing);
  }
}
