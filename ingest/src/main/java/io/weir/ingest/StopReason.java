package io.weir.ingest;

/** Why a shard takes in nothing more, and what an operator can do. It serves what it has. */
public enum StopReason {
  /** The topic was deleted and made again. */
  TOPIC_RECREATED(
      "topic-recreated",
      "feed the new topic into a new collection, or stop Weir and remove this collection's folder"
          + " to read it from the beginning"),
  /** The topic has more partitions than when it was first looked at. */
  PARTITIONS_ADDED(
      "partitions-added",
      "keys may have moved to another partition: check that the producers are done with the old"
          + " layout, then restart Weir to read all partitions"),
  /** The log no longer has, or does not yet have, the offset to read next. */
  POSITION_OUT_OF_RANGE(
      "position-out-of-range",
      "records between the position and the log's start are lost to this shard: stop Weir and"
          + " remove the shard's folder to read what the log still has"),
  /** The log was cut below the position, after an unclean leader election. */
  LOG_TRUNCATED(
      "log-truncated",
      "rows may have come from records that the log has lost: stop Weir and remove the shard's"
          + " folder to read the log again"),
  /** The broker denies access to the topic. */
  NOT_AUTHORIZED(
      "not-authorized", "grant READ and DESCRIBE on the topic to Weir's user, then restart Weir"),
  /** A record in the log is damaged. */
  UNREADABLE_RECORD(
      "unreadable-record",
      "the log is damaged at the broker: repair or re-create the partition; Weir skips nothing"),
  /** The store has failed to take a record, or to open the shard. */
  STORAGE_FAILED("storage-failed", "see the store's log for the cause, then restart Weir"),
  /** The Kafka client, or Weir itself, has failed. */
  INGEST_FAILED("ingest-failed", "see the log for the cause, then restart Weir"),
  /** Ingest was stopped. */
  CLOSED("closed", "nothing: Weir is stopping");

  private final String id;
  private final String remedy;

  StopReason(String id, String remedy) {
    this.id = id;
    this.remedy = remedy;
  }

  /** The stable name. */
  public String id() {
    return id;
  }

  /** What an operator can do. */
  public String remedy() {
    return remedy;
  }
}
