package io.weir.ingest;

/** What a collection's or a shard's ingest is doing. */
public sealed interface IngestState {

  /** The stable name of the state. */
  String name();

  /** The state with its values, for people. */
  String description();

  /**
   * Not in touch with the brokers yet, or no longer; goes on trying.
   *
   * @param error what the latest attempt met; empty before the first
   */
  record Connecting(String error) implements IngestState {
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
    public String name() {
      return "waiting-for-topic";
    }

    @Override
    public String description() {
      return "waiting for topic " + topic + ", which does not exist";
    }
  }

  /** Taking in records, or ready to. */
  record Running() implements IngestState {
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
   * Takes in nothing more.
   *
   * @param detail the reason with its values
   */
  record Stopped(StopReason reason, String detail) implements IngestState {
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
