package io.weir.ingest.flow;

/**
 * Why a record will not be stored.
 *
 * @param reason the same for all records that break the same rule: for counting
 * @param detail the reason with this record's values
 * @param stage where it was found out
 * @param foundBy name of the class that found it out
 */
public record Rejection(String reason, String detail, Stage stage, String foundBy) {

  /** Where a record was found to be unfit. */
  public enum Stage {
    /** Reading the key. */
    KEY,
    /** Reading the value. */
    VALUE,
    /** Reading the headers. */
    HEADER,
    /** Offering the record to the shard. */
    APPEND
  }
}
