package io.weir.storage.segment;

import io.weir.storage.io.Checksum;
import io.weir.storage.io.StorageFile;
import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes one chunk: lays it out first, then goes from front to back.
 *
 * <p><b>Threads:</b> one; used once.
 */
final class ChunkWriter {
  private final StorageFile file;
  private final ChunkHeader header;
  private final ColumnWriter columns;
  private final ChunkOutput output;

  /**
   * @param buffer a buffer of {@link ChunkOutput#WRITE_BYTES}, borrowed
   */
  private ChunkWriter(
      StorageFile file, ChunkHeader header, ColumnWriter columns, ByteBuffer buffer) {
    this.file = file;
    this.header = header;
    this.columns = columns;
    this.output = new ChunkOutput(file, header.position(), buffer);
  }

  /** Where the chunk goes, and what comes before it. */
  record Place(long generation, long segment, long position, int firstRow, int previous) {}

  /** What was written: the header, and the footer's checksum. */
  record Written(ChunkHeader header, int footerChecksum) {}

  /** Writes the rows of a source; nothing is forced. */
  static Written write(
      StorageFile file,
      Place place,
      ChunkSource source,
      SegmentFormat.Identity identity,
      boolean norms,
      KeyHash keyHash,
      ByteBuffer buffer)
      throws IOException {
    try {
      ColumnWriter columns = ColumnWriter.of(source, keyHash);
      ChunkHeader header = plan(place, source, columns, identity.strideBytes(), norms);
      ChunkWriter writer = new ChunkWriter(file, header, columns, buffer);
      return new Written(header, writer.writeAll(source, keyHash));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ChunkHeader plan(
      Place place, ChunkSource source, ColumnWriter columns, int strideBytes, boolean norms) {
    int rows = source.rows();
    long firstOffset = source.offset(0);
    long lastOffset = source.offset(rows - 1);
    long firstTimestamp = Long.MAX_VALUE;
    long lastTimestamp = Long.MIN_VALUE;
    long keyBytes = 0;
    long payloadBytes = 0;
    long lastKill = firstOffset;
    int deadRows = 0;
    for (int row = 0; row < rows; row++) {
      long timestamp = source.timestampMillis(row);
      firstTimestamp = Math.min(firstTimestamp, timestamp);
      lastTimestamp = Math.max(lastTimestamp, timestamp);
      keyBytes += source.keyBytes(row);
      payloadBytes += source.payloadBytes(row);
      if (source.killingOffset(row) != ChunkSource.ALIVE) {
        lastKill = Math.max(lastKill, source.killingOffset(row));
        deadRows++;
      }
    }
    int offsetWidth = PackedColumn.widthOf(lastOffset - firstOffset);
    int timestampWidth = PackedColumn.widthOf(lastTimestamp - firstTimestamp);
    int keyEndWidth = PackedColumn.widthOf(keyBytes);
    int payloadEndWidth = PackedColumn.widthOf(payloadBytes);
    int killWidth = PackedColumn.widthOf(lastKill - firstOffset);
    long rowWidth =
        (long) offsetWidth
            + timestampWidth
            + keyEndWidth
            + payloadEndWidth
            + (norms ? Float.BYTES : 0)
            + killWidth;
    int slots = KeyIndex.slotsFor(rows);
    long tableStart = SegmentFormat.ROWS_START + (long) rows * strideBytes;
    long keysStart = tableStart + rows * rowWidth + SegmentFormat.TABLE_SLACK_BYTES;
    long payloadsStart = keysStart + keyBytes;
    long indexStart = SegmentFormat.align(payloadsStart + payloadBytes, SegmentFormat.SLOT_BYTES);
    long indexEnd = indexStart + (long) slots * SegmentFormat.SLOT_BYTES;
    long checksStart = columns.place(indexEnd);
    long checkBytes = (long) SegmentFormat.pieces(checksStart) * SegmentFormat.CHECK_BYTES;
    long bytes =
        SegmentFormat.align(checksStart + checkBytes, SegmentFormat.CHUNK_ALIGNMENT)
            + SegmentFormat.FOOTER_BYTES;
    return new ChunkHeader(
        place.previous(),
        place.generation(),
        place.position(),
        place.segment(),
        bytes,
        place.firstRow(),
        rows,
        firstOffset,
        lastOffset,
        firstTimestamp,
        slots,
        norms,
        offsetWidth,
        timestampWidth,
        keyEndWidth,
        payloadEndWidth,
        killWidth,
        deadRows,
        columns.count(),
        columns.count() == 0 ? 0 : indexEnd,
        tableStart,
        keysStart,
        payloadsStart,
        indexStart,
        checksStart);
  }

  private int writeAll(ChunkSource source, KeyHash keyHash) throws IOException {
    MemorySegment encoded = MemorySegment.ofArray(new byte[SegmentFormat.CHUNK_HEADER_BYTES]);
    header.encode(encoded);
    output.put(encoded);
    source.forEachRun(output::putRun);
    putTable(source);
    int rows = header.rows();
    KeyIndex index = new KeyIndex(rows);
    for (int row = 0; row < rows; row++) {
      output.put(source.key(row));
    }
    // The newest first: of several rows of a key, a search comes to that one before the others.
    for (int row = rows - 1; row >= 0; row--) {
      index.add(keyHash.of(source.key(row)), row);
    }
    for (int row = 0; row < rows; row++) {
      output.put(source.payload(row));
    }
    output.padTo(header.indexStart());
    for (int slot : index.slots()) {
      output.putValue(slot, SegmentFormat.SLOT_BYTES);
    }
    columns.write(output);
    output.padTo(header.checksStart());
    return writeFooter(output.finish());
  }

  private void putTable(ChunkSource source) {
    int rows = header.rows();
    for (int row = 0; row < rows; row++) {
      output.putValue(source.offset(row) - header.firstOffset(), header.offsetWidth());
    }
    for (int row = 0; row < rows; row++) {
      output.putValue(
          source.timestampMillis(row) - header.firstTimestamp(), header.timestampWidth());
    }
    long keyEnd = 0;
    for (int row = 0; row < rows; row++) {
      keyEnd += source.keyBytes(row);
      output.putValue(keyEnd, header.keyEndWidth());
    }
    long payloadEnd = 0;
    for (int row = 0; row < rows; row++) {
      payloadEnd += source.payloadBytes(row);
      output.putValue(payloadEnd, header.payloadEndWidth());
    }
    if (header.hasNorms()) {
      for (int row = 0; row < rows; row++) {
        output.putValue(Float.floatToRawIntBits(source.norm(row)), Float.BYTES);
      }
    }
    if (header.killWidth() > 0) {
      for (int row = 0; row < rows; row++) {
        long kill = source.killingOffset(row);
        output.putValue(
            kill == ChunkSource.ALIVE ? 0 : kill - header.firstOffset(), header.killWidth());
      }
    }
    output.padTo(header.keysStart());
  }

  private int writeFooter(int[] checks) throws IOException {
    long checksEnd = header.checksStart() + (long) checks.length * SegmentFormat.CHECK_BYTES;
    int length = Math.toIntExact(header.bytes() - header.checksStart());
    ByteBuffer tail = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    for (int check : checks) {
      tail.putInt(check);
    }
    int checksChecksum = Checksum.of(tail, Math.toIntExact(checksEnd - header.checksStart()));
    MemorySegment footer =
        MemorySegment.ofBuffer(tail.clear())
            .asSlice(header.footerStart() - header.checksStart(), SegmentFormat.FOOTER_BYTES);
    int checksum = ChunkFooter.of(header, checksChecksum).encode(footer);
    file.write(tail.clear(), header.position() + header.checksStart());
    return checksum;
  }
}
