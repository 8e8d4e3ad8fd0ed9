package io.weir.ingest;

/** Why a shard takes in nothing more, and what an operator can do. It serves what it has. */
public enum StopReason {
  /** The topic was deleted and made again. */
  TOPIC_RECREATED(
      "topic-recreated",
      "if the new topic is meant to replace the old one, 'weir shard resume --rebuild' reads it"
          + " from its beginning"),
  /** The topic has more partitions than when it was first looked at. */
  PARTITIONS_ADDED(
      "partitions-added",
      "keys may have moved to another partition: when the producers are done with the old layout,"
          + " 'weir shard resume --accept-partitions' reads all partitions"),
  /** The log no longer has, or does not yet have, the offset to read next. */
  POSITION_OUT_OF_RANGE(
      "position-out-of-range",
      "records between the position and the log's beginning are lost to this shard: 'weir shard"
          + " resume --accept-gap' goes on without them, '--rebuild' makes the shard what the log"
          + " still has"),
  /** The log was cut below the position, after an unclean leader election. */
  LOG_TRUNCATED(
      "log-truncated",
      "rows may have come from records that the log has lost: 'weir shard resume --rebuild' makes"
          + " the shard what the log still has"),
  /** The broker denies access to the topic. */
  NOT_AUTHORIZED("not-authorized", "grant READ and DESCRIBE on the topic to Weir's user"),
  /** A record in the log is damaged. */
  UNREADABLE_RECORD(
      "unreadable-record",
      "the log is damaged at the broker: another replica may be whole; 'weir shard resume"
          + " --accept-gap --next-offset N' goes on behind the damage"),
  /** A record was rejected, and the collection is set to stop then. */
  RECORD_REJECTED(
      "record-rejected",
      "'weir shard resume --accept-gap' goes on behind the record; a collection with a dead-letter"
          + " topic keeps such records and goes on"),
  /** The store has failed to open the shard. */
  STORAGE_FAILED(
      "storage-failed", "see the cause; 'weir verify' tells whether the files are whole"),
  /** The Kafka client, or Weir itself, has failed. */
  INGEST_FAILED(
      "ingest-failed",
      "see the log for the cause; 'weir shard resume' tries again, or restart Weir"),
  /** The thread that polls has failed. */
  POLLING_FAILED(
      "polling-failed",
      "see the log for the cause; it goes on by itself with another consumer, 'weir shard resume'"
          + " makes that one at once"),
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

  /** Whether it is about what the log has at some offset. */
  boolean isAboutOffsets() {
    return switch (this) {
      case POSITION_OUT_OF_RANGE, LOG_TRUNCATED, UNREADABLE_RECORD, RECORD_REJECTED -> true;
      case TOPIC_RECREATED,
          PARTITIONS_ADDED,
          NOT_AUTHORIZED,
          STORAGE_FAILED,
          INGEST_FAILED,
          POLLING_FAILED,
          CLOSED ->
          false;
    };
  }
}
