package io.weir.storage.segment;

import io.weir.storage.io.Checksum;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The header of a chunk, as {@link SegmentFormat} lays it out.
 *
 * @param previous checksum of the footer before it in the file, or 0
 * @param generation the manifest that was to publish it
 * @param position where the header lies in the file
 * @param segment number of the file
 * @param bytes length of the chunk
 * @param firstRow rows in the chunks before it in the file
 * @param rows rows in it
 * @param firstOffset Kafka offset of the first row
 * @param lastOffset Kafka offset of the last row
 * @param firstTimestamp smallest Kafka timestamp
 * @param slots slots of the key index
 * @param hasNorms whether there is a column of norms
 * @param offsetWidth width of that column, and so on
 * @param deadRows rows that were dead when it was written
 * @param columns columns of fields
 * @param fieldsStart where they begin, from the header's start; 0 if there is none
 * @param tableStart start of that region, and so on; from the header's start
 */
record ChunkHeader(
    int previous,
    long generation,
    long position,
    long segment,
    long bytes,
    int firstRow,
    int rows,
    long firstOffset,
    long lastOffset,
    long firstTimestamp,
    int slots,
    boolean hasNorms,
    int offsetWidth,
    int timestampWidth,
    int keyEndWidth,
    int payloadEndWidth,
    int killWidth,
    int deadRows,
    int columns,
    long fieldsStart,
    long tableStart,
    long keysStart,
    long payloadsStart,
    long indexStart,
    long checksStart) {

  PackedColumn offsets() {
    return new PackedColumn(tableStart, offsetWidth);
  }

  PackedColumn timestamps() {
    return new PackedColumn(offsets().end(rows), timestampWidth);
  }

  PackedColumn keyEnds() {
    return new PackedColumn(timestamps().end(rows), keyEndWidth);
  }

  PackedColumn payloadEnds() {
    return new PackedColumn(keyEnds().end(rows), payloadEndWidth);
  }

  /** Where the norms begin; there are some only under cosine. */
  long normsStart() {
    return payloadEnds().end(rows);
  }

  /** What killed rows that were dead when the chunk was written: 0, or minus the first offset. */
  PackedColumn kills() {
    return new PackedColumn(normsStart() + (hasNorms ? (long) rows * Float.BYTES : 0), killWidth);
  }

  /** Bytes of the columns of fields, directory and zeros included. */
  long fieldBytes() {
    return columns == 0 ? 0 : checksStart - fieldsStart;
  }

  long footerStart() {
    return bytes - SegmentFormat.FOOTER_BYTES;
  }

  void encode(MemorySegment to) {
    to.asSlice(0, SegmentFormat.CHUNK_HEADER_BYTES).fill((byte) 0);
    to.set(LittleEndian.INT, 0, SegmentFormat.CHUNK_MAGIC);
    to.set(LittleEndian.INT, SegmentFormat.CHUNK_PREVIOUS, previous);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_GENERATION, generation);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_POSITION, position);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_SEGMENT, segment);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_BYTES, bytes);
    to.set(LittleEndian.INT, SegmentFormat.CHUNK_FIRST_ROW, firstRow);
    to.set(LittleEndian.INT, SegmentFormat.CHUNK_ROWS, rows);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_FIRST_OFFSET, firstOffset);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_LAST_OFFSET, lastOffset);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_FIRST_TIMESTAMP, firstTimestamp);
    to.set(LittleEndian.INT, SegmentFormat.CHUNK_SLOTS, slots);
    to.set(LittleEndian.INT, SegmentFormat.CHUNK_HAS_NORMS, hasNorms ? 1 : 0);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_OFFSET_WIDTH, (byte) offsetWidth);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_TIMESTAMP_WIDTH, (byte) timestampWidth);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_KEY_END_WIDTH, (byte) keyEndWidth);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_PAYLOAD_END_WIDTH, (byte) payloadEndWidth);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_KILL_WIDTH, (byte) killWidth);
    to.set(LittleEndian.INT, SegmentFormat.CHUNK_DEAD_ROWS, deadRows);
    to.set(LittleEndian.INT, SegmentFormat.CHUNK_COLUMNS, columns);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_FIELDS_START, fieldsStart);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_TABLE_START, tableStart);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_KEYS_START, keysStart);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_PAYLOADS_START, payloadsStart);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_INDEX_START, indexStart);
    to.set(LittleEndian.LONG, SegmentFormat.CHUNK_CHECKS_START, checksStart);
    to.set(
        LittleEndian.INT,
        SegmentFormat.CHUNK_CHECKSUM,
        Checksum.of(to, 0, SegmentFormat.CHUNK_CHECKSUM));
  }

  /**
   * Reads a header and checks that it belongs where it is.
   *
   * @param mapped a mapped part of the file, in which the header is at {@code from}
   * @param position where in the file that is
   */
  static ChunkHeader decode(
      Path file,
      MemorySegment mapped,
      long from,
      long position,
      long segment,
      int firstRow,
      int previous)
      throws CorruptFileException {
    Damage damage = new Damage(file, "chunk at byte " + position + ", header");
    if (mapped.byteSize() - from < SegmentFormat.CHUNK_HEADER_BYTES + SegmentFormat.FOOTER_BYTES) {
      throw damage.of("length", "a whole chunk", mapped.byteSize() - from + " bytes");
    }
    MemorySegment at = mapped.asSlice(from, SegmentFormat.CHUNK_HEADER_BYTES);
    damage.unlessSame("magic", SegmentFormat.CHUNK_MAGIC, at.get(LittleEndian.INT, 0));
    damage.unlessSame(
        "checksum",
        at.get(LittleEndian.INT, SegmentFormat.CHUNK_CHECKSUM),
        Checksum.of(at, 0, SegmentFormat.CHUNK_CHECKSUM));
    ChunkHeader header =
        new ChunkHeader(
            at.get(LittleEndian.INT, SegmentFormat.CHUNK_PREVIOUS),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_GENERATION),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_POSITION),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_SEGMENT),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_BYTES),
            at.get(LittleEndian.INT, SegmentFormat.CHUNK_FIRST_ROW),
            at.get(LittleEndian.INT, SegmentFormat.CHUNK_ROWS),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_FIRST_OFFSET),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_LAST_OFFSET),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_FIRST_TIMESTAMP),
            at.get(LittleEndian.INT, SegmentFormat.CHUNK_SLOTS),
            at.get(LittleEndian.INT, SegmentFormat.CHUNK_HAS_NORMS) == 1,
            at.get(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_OFFSET_WIDTH),
            at.get(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_TIMESTAMP_WIDTH),
            at.get(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_KEY_END_WIDTH),
            at.get(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_PAYLOAD_END_WIDTH),
            at.get(ValueLayout.JAVA_BYTE, SegmentFormat.CHUNK_KILL_WIDTH),
            at.get(LittleEndian.INT, SegmentFormat.CHUNK_DEAD_ROWS),
            at.get(LittleEndian.INT, SegmentFormat.CHUNK_COLUMNS),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_FIELDS_START),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_TABLE_START),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_KEYS_START),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_PAYLOADS_START),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_INDEX_START),
            at.get(LittleEndian.LONG, SegmentFormat.CHUNK_CHECKS_START));
    damage.unlessSame("position", position, header.position);
    damage.unlessSame("segment", segment, header.segment);
    damage.unlessSame("first row", firstRow, header.firstRow);
    damage.unlessSame("checksum of the chunk before", previous, header.previous);
    if (header.bytes > mapped.byteSize() - from) {
      throw damage.of("length", "at most " + (mapped.byteSize() - from), header.bytes);
    }
    return header;
  }
}
