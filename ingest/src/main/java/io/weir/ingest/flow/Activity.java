package io.weir.ingest.flow;

/** What a shard's feeding is doing. */
public sealed interface Activity {

  /** Taking in records, or ready to. */
  record Running() implements Activity {}

  /**
   * The hot buffer is full; goes on by itself after a checkpoint.
   *
   * @param usedBytes what the hot buffers held when the record was turned away
   * @param limitBytes their budget
   */
  record WaitingForRoom(long usedBytes, long limitBytes) implements Activity {}

  /**
   * The dead-letter topic does not take a rejected record; tried again until it does.
   *
   * @param offset offset of the record
   * @param error why the latest attempt failed
   */
  record WaitingForDeadLetters(long offset, String error) implements Activity {}

  /**
   * The schema of a record has not been read; asked for again until it is.
   *
   * @param offset offset of the record
   * @param error why the latest attempt failed; empty where none has
   */
  record WaitingForSchema(long offset, String error) implements Activity {}
}
