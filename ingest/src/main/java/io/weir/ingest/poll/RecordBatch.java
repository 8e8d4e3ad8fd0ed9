package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.util.List;

/**
 * What one poll brought for one partition.
 *
 * @param partition the partition's number
 * @param records the records in offset order; empty where the poll only passed transaction markers
 *     or holes of a compacted log
 * @param next where the partition stands once all of this has been dealt with: above the offset of
 *     the last record, possibly by more than one
 * @param bytes bytes of the keys, values and headers of all records
 */
public record RecordBatch(int partition, List<RawRecord> records, SourcePosition next, long bytes) {

  /** Counts the bytes. */
  public static RecordBatch of(int partition, List<RawRecord> records, SourcePosition next) {
    long bytes = 0;
    for (RawRecord batched : records) {
      bytes += batched.bytes();
    }
    return new RecordBatch(partition, records, next, bytes);
  }
}
