package io.weir.storage.hot;

import java.util.concurrent.CompletionStage;

/** What became of a record that was offered to a shard. */
public sealed interface AppendResult {

  /** The record is visible to queries; it is not durable yet. */
  record Appended() implements AppendResult {}

  /**
   * The offset lies below the shard's position: the record was taken in before. Nothing changed.
   */
  record AlreadyApplied(long nextOffset) implements AppendResult {}

  /**
   * No room in the hot buffer: nothing changed. Offer the same record again when {@code roomFreed}
   * completes; a checkpoint has already been asked for.
   *
   * @param usedBytes bytes that the hot buffers of the process hold
   * @param limitBytes their budget
   * @param roomFreed completes when bytes have been given back, on the thread that did so (the
   *     checkpoint's or a query's: do not work on it); never fails
   */
  record Full(long usedBytes, long limitBytes, CompletionStage<?> roomFreed)
      implements AppendResult {}

  /**
   * The record contradicts the schema or a limit and will never be accepted. Nothing changed, the
   * position did not pass it: whoever disposes of the record says so with {@code advance}.
   *
   * @param reason which rule it breaks; the same for all records that break the same rule, so that
   *     it can be counted and logged once
   * @param detail the reason with this record's values
   */
  record Refused(String reason, String detail) implements AppendResult {}
}
