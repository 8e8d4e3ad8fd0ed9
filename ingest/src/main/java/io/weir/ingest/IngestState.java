package io.weir.ingest;

import io.weir.storage.ShardCondition;
import java.time.Instant;

/** What a collection's or a shard's ingest is doing. */
public sealed interface IngestState {

  /** The stable name of the state. */
  String name();

  /** The state with its values, for people. */
  String description();

  /** Whether something is wrong that somebody should know of, be it mended by itself or not. */
  boolean isTrouble();

  /**
   * Not in touch with the brokers yet, or no longer; goes on trying.
   *
   * @param error what the latest attempt met; empty before the first
   */
  record Connecting(String error) implements IngestState {
    @Override
    public boolean isTrouble() {
      return !error.isEmpty();
    }

    @Override
    public String name() {
      return "connecting";
    }

    @Override
    public String description() {
      return error.isEmpty() ? "connecting to Kafka" : "connecting to Kafka: " + error;
    }
  }

  /** The topic does not exist; looked for again and again. */
  record WaitingForTopic(String topic) implements IngestState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String name() {
      return "waiting-for-topic";
    }

    @Override
    public String description() {
      return "waiting for topic " + topic + ", which does not exist";
    }
  }

  /**
   * The consumer group has not said yet which partitions are this member's; goes on by itself.
   *
   * @param group the group's id
   */
  record Joining(String group) implements IngestState {
    @Override
    public String name() {
      return "joining";
    }

    @Override
    public String description() {
      return "waiting for consumer group " + group + " to give partitions";
    }

    @Override
    public boolean isTrouble() {
      return false;
    }
  }

  /** Taking in records, or ready to. */
  record Running() implements IngestState {
    @Override
    public boolean isTrouble() {
      return false;
    }

    @Override
    public String name() {
      return "running";
    }

    @Override
    public String description() {
      return "running";
    }
  }

  /**
   * The hot buffer is full; goes on by itself after a checkpoint.
   *
   * @param usedBytes what the hot buffers held when a record was turned away
   * @param limitBytes their budget
   */
  record WaitingForRoom(long usedBytes, long limitBytes) implements IngestState {
    @Override
    public boolean isTrouble() {
      return false;
    }

    @Override
    public String name() {
      return "waiting-for-room";
    }

    @Override
    public String description() {
      return "waiting for a checkpoint to free the hot buffer: "
          + usedBytes
          + " of "
          + limitBytes
          + " bytes are used";
    }
  }

  /**
   * The dead-letter topic does not take a rejected record; tried again until it does.
   *
   * @param offset offset of the record
   * @param error why the latest attempt failed
   */
  record WaitingForDeadLetterTopic(String topic, long offset, String error) implements IngestState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String name() {
      return "waiting-for-dead-letter-topic";
    }

    @Override
    public String description() {
      return "waiting at offset "
          + offset
          + " until dead-letter topic "
          + topic
          + " takes the rejected record: "
          + error;
    }
  }

  /**
   * The hot buffer is full, and checkpoints cannot free it because of the disk.
   *
   * @param condition what is wrong with it
   */
  record WaitingForDisk(ShardCondition condition) implements IngestState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String name() {
      return "waiting-for-disk";
    }

    @Override
    public String description() {
      return switch (condition) {
        case OK -> "waiting for a checkpoint";
        case NO_SPACE ->
            "waiting for room on the disk: what is searchable stays so, and it goes on by itself"
                + " when there is room";
        case FAILING ->
            "waiting for the disk, which refuses to write: see /v1/stats for the error; it is tried"
                + " again and again";
        case READ_ONLY ->
            "the disk does not keep what is written to it: check it, then restart Weir";
      };
    }
  }

  /** No broker leads the partition; goes on by itself when one does. */
  record WithoutLeader() implements IngestState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String name() {
      return "without-leader";
    }

    @Override
    public String description() {
      return "waiting for a broker to lead the partition";
    }
  }

  /**
   * Something is in the way that may pass: tried again and again.
   *
   * @param detail the reason with its values
   * @param next when it is tried again
   */
  record Retrying(StopReason reason, String detail, Instant next) implements IngestState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String name() {
      return "retrying";
    }

    @Override
    public String description() {
      return "retrying at " + next + ": " + reason.id() + ": " + detail + "; " + reason.remedy();
    }
  }

  /**
   * Reads the partition again from where its log begins, into new files; what was there before is
   * served until they have caught up.
   *
   * @param cause why
   * @param position how far the new files are
   * @param endOffset how far they have to come
   */
  record Rebuilding(String cause, long position, long endOffset) implements IngestState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String name() {
      return "rebuilding";
    }

    @Override
    public String description() {
      return "rebuilding at offset " + position + " of " + endOffset + ": " + cause;
    }
  }

  /**
   * The schema registry has not given the schema of a record; asked again until it does.
   *
   * @param offset offset of the record
   * @param error why the latest attempt failed; empty where none has
   */
  record WaitingForSchemaRegistry(long offset, String error) implements IngestState {
    @Override
    public boolean isTrouble() {
      return !error.isEmpty();
    }

    @Override
    public String name() {
      return "waiting-for-schema-registry";
    }

    @Override
    public String description() {
      return "waiting at offset "
          + offset
          + " for the schema registry"
          + (error.isEmpty() ? "" : ": " + error);
    }
  }

  /**
   * Takes in nothing more.
   *
   * @param detail the reason with its values
   */
  record Stopped(StopReason reason, String detail) implements IngestState {
    @Override
    public boolean isTrouble() {
      return true;
    }

    @Override
    public String name() {
      return "stopped";
    }

    @Override
    public String description() {
      return "stopped: " + reason.id() + ": " + detail + "; " + reason.remedy();
    }
  }
}
