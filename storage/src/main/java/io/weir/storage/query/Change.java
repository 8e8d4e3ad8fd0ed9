package io.weir.storage.query;

import java.util.Optional;

/**
 * What one record has changed, as far as somebody is interested: which interests the row meets that
 * it put, and which the row met that it replaced or deleted, and that nothing meets in its place.
 *
 * <p>A class and not a record because arrays have no value equality.
 *
 * <p><b>Threads:</b> immutable, but for what {@link StoredRow} lends.
 */
public final class Change {
  private final String key;
  private final int partition;
  private final long offset;
  private final Optional<StoredRow> row;
  private final boolean delete;
  private final Matches met;
  private final int[] left;

  Change(
      String key,
      int partition,
      long offset,
      Optional<StoredRow> row,
      boolean delete,
      Matches met,
      int[] left) {
    this.key = key;
    this.partition = partition;
    this.offset = offset;
    this.row = row;
    this.delete = delete;
    this.met = met;
    this.left = left;
  }

  /** The key. */
  public String key() {
    return key;
  }

  /** The partition that the record came from. */
  public int partition() {
    return partition;
  }

  /** The Kafka offset of the record. */
  public long offset() {
    return offset;
  }

  /**
   * The row that it put, copied out, if an interest is met: with its vector, and its payload, if
   * one of these interests wants it.
   */
  public Optional<StoredRow> row() {
    return row;
  }

  /** Whether it was a delete. */
  public boolean isDelete() {
    return delete;
  }

  /** How many interests its row meets. */
  public int metCount() {
    return met.count();
  }

  /** The number of one of these interests. */
  public int met(int index) {
    return met.interest(index);
  }

  /** The score under one of these interests; anything if the interest has no vector. */
  public float score(int index) {
    return met.score(index);
  }

  /** How many interests the row before it met, and its own does not. */
  public int leftCount() {
    return left.length;
  }

  /** The number of one of these interests. */
  public int left(int index) {
    return left[index];
  }

  @Override
  public String toString() {
    return "Change[" + key + " @" + partition + ":" + offset + (delete ? " deleted]" : "]");
  }
}
