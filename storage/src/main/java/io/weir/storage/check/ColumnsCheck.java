package io.weir.storage.check;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks at the columns of the fields of a chunk: a directory that adds up; ends that ascend, codes
 * below the highest, keywords in order, each once. Whether the values are those of the payloads it
 * cannot tell: only whoever declared the fields can read these.
 *
 * <p>Memory: two buffers and two keywords.
 */
final class ColumnsCheck {
  static final int ENTRY_BYTES = 56;
  private static final int SLACK_BYTES = 8;

  private final InputFile file;
  private final ChunkHead chunk;
  private final Part part;
  private final Set<String> names = new HashSet<>();

  ColumnsCheck(InputFile file, ChunkHead chunk, Part part) {
    this.file = file;
    this.chunk = chunk;
    this.part = part;
  }

  /**
   * What the directory says of a column.
   *
   * @param at where in the chunk the entry lies
   */
  private record Entry(
      Part part,
      long at,
      int type,
      int endWidth,
      int codeWidth,
      int keywordEndWidth,
      long values,
      long lowest,
      long highest,
      int keywords,
      long keywordBytes,
      long start) {

    static Entry of(ByteBuffer directory, int from, long at, Part part) {
      return new Entry(
          part,
          at,
          directory.get(from + 2),
          directory.get(from + 3),
          directory.get(from + 4),
          directory.get(from + 5),
          directory.getLong(from + 8),
          directory.getLong(from + 16),
          directory.getLong(from + 24),
          directory.getInt(from + 32),
          directory.getLong(from + 40),
          directory.getLong(from + 48));
    }

    boolean isKeyword() {
      return type == FieldType.KEYWORD.code();
    }

    long codesAt(long rows) {
      return start + rows * endWidth;
    }

    long keywordEndsAt(long rows) {
      return codesAt(rows) + values * codeWidth;
    }

    long keywordsAt(long rows) {
      return keywordEndsAt(rows) + (long) keywords * keywordEndWidth;
    }

    long end(long rows) {
      return keywordsAt(rows) + keywordBytes;
    }

    boolean require(boolean so, String field, int offset, int bytes, Object expected, Object is) {
      return part.require(so, field, at + offset, bytes, expected, is);
    }
  }

  /** Reads the columns, each byte once. */
  void check() throws IOException {
    if (chunk.columns() == 0) {
      return;
    }
    long directoryAt = chunk.starts().fields();
    int columns = chunk.columns();
    ByteBuffer directory = file.read(chunk.position() + directoryAt, columns * ENTRY_BYTES);
    long nameAt = directoryAt + (long) columns * ENTRY_BYTES;
    long start = nameAt;
    for (int column = 0; column < columns; column++) {
      int nameBytes = directory.getShort(column * ENTRY_BYTES);
      if (!part.require(
          nameBytes >= 1 && nameBytes <= Field.MAX_NAME_BYTES,
          "column " + column + ", length of the name",
          directoryAt + (long) column * ENTRY_BYTES,
          2,
          "1 to " + Field.MAX_NAME_BYTES,
          nameBytes)) {
        return;
      }
      start += nameBytes;
    }
    for (int column = 0; column < columns; column++) {
      int from = column * ENTRY_BYTES;
      int nameBytes = directory.getShort(from);
      String name = name(nameAt, nameBytes, column);
      nameAt += nameBytes;
      Entry entry = Entry.of(directory, from, directoryAt + from, part.at(0, "column " + name));
      part.at(entry.at(), "column " + name).zeros("reserved bytes", slice(directory, from), 6, 8);
      part.at(entry.at(), "column " + name).zeros("reserved bytes", slice(directory, from), 36, 40);
      if (!isLaidOut(entry, start)) {
        return;
      }
      checkRows(entry);
      checkKeywords(entry);
      start = entry.end(chunk.rows());
    }
    long zeros = chunk.starts().checks() - start;
    if (part.require(
        zeros >= SLACK_BYTES && zeros < SLACK_BYTES + Integer.BYTES,
        "end of the columns",
        start,
        0,
        SLACK_BYTES + " to " + (SLACK_BYTES + Integer.BYTES - 1) + " bytes before the checks",
        zeros)) {
      ByteBuffer behind = file.read(chunk.position() + start, (int) zeros);
      part.at(start, "zeros behind the columns").zeros("bytes", behind, 0, (int) zeros);
    }
  }

  private static ByteBuffer slice(ByteBuffer directory, int from) {
    return directory.slice(from, ENTRY_BYTES);
  }

  private String name(long at, int bytes, int column) throws IOException {
    byte[] encoded = file.read(chunk.position() + at, bytes).array();
    String name = new String(encoded, StandardCharsets.UTF_8);
    part.require(
        Arrays.equals(name.getBytes(StandardCharsets.UTF_8), encoded),
        "column " + column + ", name",
        at,
        bytes,
        "UTF-8",
        name);
    part.require(
        names.add(name), "column " + column + ", name", at, bytes, "a name of its own", name);
    return name;
  }

  private boolean isLaidOut(Entry entry, long start) {
    long rows = chunk.rows();
    long room = chunk.starts().checks() - SLACK_BYTES;
    boolean sized =
        entry.require(entry.type() >= 0 && entry.type() <= 4, "type", 2, 1, "0 to 4", entry.type())
            && isWidth(entry, "width of the ends", 3, entry.endWidth())
            && isWidth(entry, "width of the codes", 4, entry.codeWidth())
            && isWidth(entry, "width of the keywords' ends", 5, entry.keywordEndWidth())
            && entry.require(
                entry.values() >= 0 && entry.values() <= rows * Field.MAX_VALUES,
                "values",
                8,
                8,
                "0 to " + rows * Field.MAX_VALUES,
                entry.values())
            && entry.require(
                entry.endWidth() > 0 || entry.values() == 0 || entry.values() == rows,
                "values",
                8,
                8,
                "0 or " + rows + ", for rows have no ends",
                entry.values())
            && entry.require(
                entry.keywords() >= 0 && (entry.isKeyword() || entry.keywords() == 0),
                "keywords",
                32,
                4,
                entry.isKeyword() ? "0 or more" : "0",
                entry.keywords())
            && entry.require(
                entry.keywordBytes() >= 0
                    && entry.keywordBytes() <= (long) entry.keywords() * Field.MAX_KEYWORD_BYTES,
                "length of the keywords",
                40,
                8,
                "0 to " + (long) entry.keywords() * Field.MAX_KEYWORD_BYTES,
                entry.keywordBytes())
            && entry.require(entry.start() == start, "start", 48, 8, start, entry.start())
            && entry.require(
                entry.end(rows) <= room, "end", 48, 8, "at most " + room, entry.end(rows));
    return sized && isRange(entry);
  }

  private static boolean isWidth(Entry entry, String name, int offset, int width) {
    return entry.require(width >= 0 && width <= 8, name, offset, 1, "0 to 8", width);
  }

  /**
   * The lowest and the highest value are what the type allows, and the codes as wide as it takes.
   */
  private static boolean isRange(Entry entry) {
    long low = 0;
    long high = 0;
    if (entry.values() > 0) {
      low = entry.lowest();
      high = entry.highest();
    }
    if (entry.isKeyword()) {
      low = 0;
      high = Math.max(entry.keywords() - 1L, 0);
    }
    if (entry.type() == FieldType.BOOLEAN.code()) {
      low = Math.clamp(low, 0, 1);
      high = Math.clamp(high, 0, 1);
    }
    return entry.require(entry.lowest() == low, "lowest value", 16, 8, low, entry.lowest())
        && entry.require(
            entry.highest() == high && high >= low, "highest value", 24, 8, high, entry.highest())
        && entry.require(
            entry.codeWidth() == 8
                || Long.compareUnsigned(high - low, 1L << (8 * entry.codeWidth())) < 0,
            "width of the codes",
            4,
            1,
            "room for " + Long.toUnsignedString(high - low),
            entry.codeWidth());
  }

  private void checkRows(Entry entry) throws IOException {
    long rows = chunk.rows();
    Column ends = new Column(file, at(entry.start()), entry.endWidth(), rows);
    long before = 0;
    for (long row = 0; row < rows && entry.endWidth() > 0; row++) {
      long end = ends.next();
      if (!entry.part.require(
          end >= before && end <= entry.values() && end - before <= Field.MAX_VALUES,
          "end of row " + row,
          entry.start() + row * entry.endWidth(),
          entry.endWidth(),
          before + " to " + Math.min(entry.values(), before + Field.MAX_VALUES),
          end)) {
        return;
      }
      before = end;
    }
    if (entry.endWidth() > 0) {
      entry.require(before == entry.values(), "values", 8, 8, before, entry.values());
    }
    checkCodes(entry);
  }

  private void checkCodes(Entry entry) throws IOException {
    long codesAt = entry.codesAt(chunk.rows());
    Column codes = new Column(file, at(codesAt), entry.codeWidth(), entry.values());
    long most = entry.highest() - entry.lowest();
    boolean lowest = entry.values() == 0;
    boolean highest = entry.values() == 0;
    for (long value = 0; value < entry.values(); value++) {
      long code = codes.next();
      entry.part.require(
          Long.compareUnsigned(code, most) <= 0,
          "code of value " + value,
          codesAt + value * entry.codeWidth(),
          entry.codeWidth(),
          "at most " + Long.toUnsignedString(most),
          Long.toUnsignedString(code));
      lowest |= code == 0;
      highest |= code == most;
    }
    entry.require(lowest, "lowest value", 16, 8, "the value of a row", entry.lowest());
    entry.require(highest, "highest value", 24, 8, "the value of a row", entry.highest());
  }

  private void checkKeywords(Entry entry) throws IOException {
    long endsAt = entry.keywordEndsAt(chunk.rows());
    Column ends = new Column(file, at(endsAt), entry.keywordEndWidth(), entry.keywords());
    ByteRun bytes = new ByteRun(file, at(entry.keywordsAt(chunk.rows())), entry.keywordBytes());
    byte[] keyword = new byte[Field.MAX_KEYWORD_BYTES];
    byte[] previous = new byte[Field.MAX_KEYWORD_BYTES];
    int previousLength = 0;
    long before = 0;
    for (int number = 0; number < entry.keywords(); number++) {
      long end = ends.next();
      long length = end - before;
      if (!entry.part.require(
          length >= 0 && length <= Field.MAX_KEYWORD_BYTES && end <= entry.keywordBytes(),
          "end of keyword " + number,
          endsAt + (long) number * entry.keywordEndWidth(),
          entry.keywordEndWidth(),
          "0 to " + Field.MAX_KEYWORD_BYTES + " more than " + before,
          end)) {
        return;
      }
      bytes.next(keyword, (int) length);
      entry.part.require(
          number == 0
              || Arrays.compareUnsigned(previous, 0, previousLength, keyword, 0, (int) length) < 0,
          "keyword " + number,
          entry.keywordsAt(chunk.rows()) + before,
          length,
          "one above the keyword before",
          "another");
      byte[] spare = previous;
      previous = keyword;
      keyword = spare;
      previousLength = (int) length;
      before = end;
    }
    entry.require(
        before == entry.keywordBytes(),
        "length of the keywords",
        40,
        8,
        before,
        entry.keywordBytes());
  }

  private long at(long inChunk) {
    return chunk.position() + inChunk;
  }
}
