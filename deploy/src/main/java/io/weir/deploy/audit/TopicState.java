package io.weir.deploy.audit;

import io.weir.deploy.terminal.Progress;
import io.weir.ingest.decode.DecodeResult;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The topic as far as it has been read, and what comes of it.
 *
 * <p><b>Threads:</b> one, except for reading {@link #rows} while nothing is read.
 */
final class TopicState {

  private final TopicScan scan;
  private final AuditDecoder decoder;
  private final VectorSchema schema;
  private final List<Integer> partitions;
  private final SortedMap<Integer, Long> beginnings;
  private final SortedMap<Integer, Long> positions;
  private final ExpectedRows rows = new ExpectedRows();
  private final RejectedRecords rejected = new RejectedRecords();
  private final ContentHash hash = new ContentHash();
  private long records;

  TopicState(TopicScan scan, AuditDecoder decoder, VectorSchema schema, List<Integer> partitions)
      throws AuditException {
    this.scan = scan;
    this.decoder = decoder;
    this.schema = schema;
    this.partitions = List.copyOf(partitions);
    this.beginnings = scan.beginnings(partitions);
    this.positions = new TreeMap<>(beginnings);
  }

  List<Integer> partitions() {
    return partitions;
  }

  long beginning(int partition) {
    return beginnings.getOrDefault(partition, 0L);
  }

  /** The first offset that has not been read. */
  long position(int partition) {
    return positions.getOrDefault(partition, 0L);
  }

  Map<Integer, Long> positions() {
    return Map.copyOf(positions);
  }

  ExpectedRows rows() {
    return rows;
  }

  RejectedRecords rejected() {
    return rejected;
  }

  /** How many have been read. */
  long records() {
    return records;
  }

  /** Returns where the audited partitions end now. */
  SortedMap<Integer, Long> ends() throws AuditException {
    return scan.ends(partitions);
  }

  /** Reads on. Partitions that are left out, or further on already, stay where they are. */
  void readTo(Map<Integer, Long> to, Progress progress) throws AuditException {
    scan.read(
        positions,
        to,
        (partition, record) -> {
          add(partition, record);
          records++;
          progress.accept(records);
        });
    to.forEach((partition, end) -> positions.merge(partition, end, Math::max));
  }

  private void add(int partition, RawRecord record) throws AuditException {
    DecodeResult result = decoder.decode(record);
    if (!RecordRules.accepts(schema, result)) {
      rejected.add(partition, record.offset());
      return;
    }
    switch (((DecodeResult.Decoded) result).decoded()) {
      case VectorRecord.Delete delete ->
          rows.delete(partition, delete.key().toArray(ValueLayout.JAVA_BYTE), record.offset());
      case VectorRecord.Upsert upsert ->
          rows.put(
              partition,
              upsert.key().toArray(ValueLayout.JAVA_BYTE),
              record.offset(),
              record.timestampMillis(),
              hash.of(upsert.vector().toArray(ValueLayout.JAVA_BYTE)),
              hash.of(upsert.payload().toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  /** Returns the entries that have records from here up to the topic's present end. */
  BitSet changedSince() throws AuditException {
    BitSet changed = new BitSet();
    scan.read(
        positions,
        ends(),
        (partition, record) -> {
          DecodeResult result = decoder.decode(record);
          if (RecordRules.accepts(schema, result)) {
            VectorRecord decoded = ((DecodeResult.Decoded) result).decoded();
            byte[] key = decoded.key().toArray(ValueLayout.JAVA_BYTE);
            // A key that came to another partition changes what HTTP shows of it here.
            for (int other : partitions) {
              int entry = rows.find(other, key);
              if (entry != ExpectedRows.NONE) {
                changed.set(entry);
              }
            }
          }
        });
    return changed;
  }

  /** Reads the record of an entry once more, for what the hashes do not tell. */
  ExpectedContent content(int entry) throws AuditException {
    ExpectedContent[] found = {ExpectedContent.GONE};
    int partition = rows.partition(entry);
    long offset = rows.offset(entry);
    scan.read(
        Map.of(partition, offset),
        Map.of(partition, offset + 1),
        (_, record) -> {
          if (decoder.decode(record) instanceof DecodeResult.Decoded(VectorRecord.Upsert upsert)) {
            found[0] =
                new ExpectedContent(
                    upsert.vector().toArray(ValueLayout.JAVA_BYTE),
                    upsert.payload().toArray(ValueLayout.JAVA_BYTE));
          }
        });
    return found[0];
  }
}
