package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * What one poll brought for one partition. Its bytes count against the partition's credit until it
 * is released.
 *
 * <p><b>Threads:</b> any.
 */
public final class RecordBatch {
  private final int partition;
  private final List<RawRecord> records;
  private final SourcePosition next;
  private final long bytes;
  private final LongConsumer giveBack;
  private final AtomicBoolean released = new AtomicBoolean();

  /**
   * Counts the bytes.
   *
   * @param giveBack is told of the bytes with the release
   */
  public RecordBatch(
      int partition, List<RawRecord> records, SourcePosition next, LongConsumer giveBack) {
    long sum = 0;
    for (RawRecord batched : records) {
      sum += batched.bytes();
    }
    this.partition = partition;
    this.records = records;
    this.next = next;
    this.bytes = sum;
    this.giveBack = giveBack;
  }

  /** The partition's number. */
  public int partition() {
    return partition;
  }

  /**
   * The records in offset order; empty where the poll only passed transaction markers or holes of a
   * compacted log.
   */
  public List<RawRecord> records() {
    return records;
  }

  /**
   * Where the partition stands once all of this has been dealt with: above the offset of the last
   * record, possibly by more than one.
   */
  public SourcePosition next() {
    return next;
  }

  /** Bytes of the keys, values and headers of all records. */
  public long bytes() {
    return bytes;
  }

  /**
   * Gives the bytes back: this batch has been dealt with, or never will be. Repeated it does
   * nothing.
   */
  public void release() {
    if (released.compareAndSet(false, true)) {
      giveBack.accept(bytes);
    }
  }
}
