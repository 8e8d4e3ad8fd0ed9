package io.weir.deploy.audit;

/**
 * One thing that the store and the topic do not agree on.
 *
 * @param key the vector's key; empty for a {@link Kind#ROW_COUNT}
 * @param partition the partition that the record is in
 * @param offset of the record that decides; -1 where there is none
 * @param expected what the topic says
 * @param actual what the store says
 */
public record Difference(
    Kind kind, String key, int partition, long offset, String expected, String actual) {

  /** What kind of thing. */
  public enum Kind {
    /** The topic has a row under the key, the store has none. */
    MISSING_ROW("missing row"),
    /** The topic deletes the key, the store has a row. */
    DELETED_ROW_PRESENT("deleted row present"),
    /** The store's row is another record's. */
    WRONG_OFFSET("wrong offset"),
    /** The store's row is of a partition that has no such key, or is not the latest. */
    WRONG_PARTITION("wrong partition"),
    /** At least one bit of the vector differs. */
    WRONG_VECTOR("wrong vector"),
    /** At least one byte of the payload differs. */
    WRONG_PAYLOAD("wrong payload"),
    /** The record's timestamp differs. */
    WRONG_TIMESTAMP("wrong timestamp"),
    /** The store cannot answer for the key. */
    UNREADABLE_ROW("unreadable row"),
    /** A partition has more or fewer rows than the topic says. */
    ROW_COUNT("row count");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** In words. */
    public String words() {
      return words;
    }
  }
}
