package io.weir.storage.segment;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the directory of a chunk says of a column of a field, as {@link SegmentFormat} lays it out.
 *
 * @param field name and type
 * @param endWidth width of the ends of rows; 0 if each row has one value, or none has any
 * @param codeWidth width of the codes
 * @param keywordEndWidth width of the ends of keywords
 * @param values how many values the rows have, all together
 * @param lowest the lowest value, which is the code 0
 * @param highest the highest
 * @param keywords how many keywords there are
 * @param keywordBytes their length, all together
 * @param start where the column begins, from the chunk's start
 */
record ColumnEntry(
    Field field,
    int endWidth,
    int codeWidth,
    int keywordEndWidth,
    long values,
    long lowest,
    long highest,
    int keywords,
    long keywordBytes,
    long start) {

  /** Values in this row and those before it. */
  PackedColumn ends() {
    return new PackedColumn(start, endWidth);
  }

  PackedColumn codes(int rows) {
    return new PackedColumn(ends().end(rows), codeWidth);
  }

  PackedColumn keywordEnds(int rows) {
    return new PackedColumn(start + (long) rows * endWidth + values * codeWidth, keywordEndWidth);
  }

  long keywordsStart(int rows) {
    return keywordEnds(rows).end(keywords);
  }

  long end(int rows) {
    return keywordsStart(rows) + keywordBytes;
  }

  /** This column at another place. */
  ColumnEntry at(long newStart) {
    return new ColumnEntry(
        field,
        endWidth,
        codeWidth,
        keywordEndWidth,
        values,
        lowest,
        highest,
        keywords,
        keywordBytes,
        newStart);
  }

  private byte[] name() {
    return field.name().getBytes(StandardCharsets.UTF_8);
  }

  /** Bytes of a directory. */
  static long directoryBytes(List<ColumnEntry> entries) {
    long bytes = 0;
    for (ColumnEntry entry : entries) {
      bytes += SegmentFormat.COLUMN_ENTRY_BYTES + entry.name().length;
    }
    return bytes;
  }

  /** Encodes a directory. */
  static MemorySegment encode(List<ColumnEntry> entries) {
    MemorySegment to = MemorySegment.ofArray(new byte[Math.toIntExact(directoryBytes(entries))]);
    long nameAt = (long) entries.size() * SegmentFormat.COLUMN_ENTRY_BYTES;
    for (int i = 0; i < entries.size(); i++) {
      ColumnEntry entry = entries.get(i);
      byte[] name = entry.name();
      entry.encode(
          to.asSlice((long) i * SegmentFormat.COLUMN_ENTRY_BYTES, SegmentFormat.COLUMN_ENTRY_BYTES),
          name.length);
      MemorySegment.copy(name, 0, to, ValueLayout.JAVA_BYTE, nameAt, name.length);
      nameAt += name.length;
    }
    return to;
  }

  private void encode(MemorySegment to, int nameBytes) {
    to.set(LittleEndian.SHORT, 0, (short) nameBytes);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_TYPE, (byte) field.type().code());
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_END_WIDTH, (byte) endWidth);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_CODE_WIDTH, (byte) codeWidth);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_KEYWORD_END_WIDTH, (byte) keywordEndWidth);
    to.set(LittleEndian.LONG, SegmentFormat.COLUMN_VALUES, values);
    to.set(LittleEndian.LONG, SegmentFormat.COLUMN_LOWEST, lowest);
    to.set(LittleEndian.LONG, SegmentFormat.COLUMN_HIGHEST, highest);
    to.set(LittleEndian.INT, SegmentFormat.COLUMN_KEYWORDS, keywords);
    to.set(LittleEndian.LONG, SegmentFormat.COLUMN_KEYWORD_BYTES, keywordBytes);
    to.set(LittleEndian.LONG, SegmentFormat.COLUMN_START, start);
  }

  /** Reads one entry, but for its name. */
  static ColumnEntry decode(MemorySegment at, String name) {
    return new ColumnEntry(
        new Field(name, FieldType.ofCode(at.get(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_TYPE))),
        at.get(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_END_WIDTH),
        at.get(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_CODE_WIDTH),
        at.get(ValueLayout.JAVA_BYTE, SegmentFormat.COLUMN_KEYWORD_END_WIDTH),
        at.get(LittleEndian.LONG, SegmentFormat.COLUMN_VALUES),
        at.get(LittleEndian.LONG, SegmentFormat.COLUMN_LOWEST),
        at.get(LittleEndian.LONG, SegmentFormat.COLUMN_HIGHEST),
        at.get(LittleEndian.INT, SegmentFormat.COLUMN_KEYWORDS),
        at.get(LittleEndian.LONG, SegmentFormat.COLUMN_KEYWORD_BYTES),
        at.get(LittleEndian.LONG, SegmentFormat.COLUMN_START));
  }

  /** Returns entries one behind the other, from a place on. */
  static List<ColumnEntry> placed(List<ColumnEntry> entries, long from, int rows) {
    List<ColumnEntry> placed = new ArrayList<>();
    long start = from;
    for (ColumnEntry entry : entries) {
      placed.add(entry.at(start));
      start = placed.getLast().end(rows);
    }
    return placed;
  }
}
