package io.weir.ingest.poll;

import org.jspecify.annotations.Nullable;

/**
 * Why the flux of a partition has ended: Kafka no longer gives what was asked for, and going on
 * would lose or change records. Other partitions are not touched.
 */
public final class IntakeException extends RuntimeException {

  /** What went wrong. */
  public enum Kind {
    /** The offset to read next is below the log's start or above its end. */
    POSITION_OUT_OF_RANGE,
    /** The log was cut below the position: records that were read are no longer in it. */
    LOG_TRUNCATED,
    /** The topic is gone, and another has its name. */
    TOPIC_RECREATED,
    /** The broker does not let this client read the topic. */
    NOT_AUTHORIZED,
    /** A record or batch cannot be read: its checksum or structure is wrong. */
    UNREADABLE_RECORD,
    /** The client refuses what it is asked, and will again. */
    CLIENT_FAILED,
    /**
     * The poll thread has failed: no partition goes on here. Nothing is wrong with any of them, and
     * another poller can read on.
     */
    POLLING_FAILED
  }

  private final Kind kind;

  IntakeException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
