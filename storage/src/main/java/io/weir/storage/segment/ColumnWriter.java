package io.weir.storage.segment;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.record.KeyHash;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lays out and writes the columns of the fields of one chunk. It asks for each row's values again
 * whenever it needs them, so that it holds nothing but the keywords.
 *
 * <p>Keywords of all columns together have at most {@link #MOST_KEYWORD_BYTES}: a column that would
 * need more is left out, and its rows are read from their payloads.
 *
 * <p><b>Threads:</b> one; used once.
 */
final class ColumnWriter {
  /** The most bytes of keywords, with {@link #BYTES_OF_KEYWORD} for each. */
  static final long MOST_KEYWORD_BYTES = 64 << 20;

  /** What a keyword costs beside its own bytes: its end, two slots, two places in the order. */
  private static final int BYTES_OF_KEYWORD = 20;

  private final ChunkSource source;
  private final int rows;
  private final List<Column> columns;
  private List<ColumnEntry> entries = List.of();

  private ColumnWriter(ChunkSource source, List<Column> columns) {
    this.source = source;
    this.rows = source.rows();
    this.columns = columns;
  }

  /** Looks at all values of a source. */
  static ColumnWriter of(ChunkSource source, KeyHash keyHash) {
    List<Column> columns = new ArrayList<>();
    List<Field> fields = source.fields();
    for (int number = 0; number < fields.size(); number++) {
      columns.add(new Column(number, fields.get(number), keyHash));
    }
    for (int row = 0; row < source.rows() && !columns.isEmpty(); row++) {
      for (Column column : columns) {
        column.add(source, row);
      }
      dropLargest(columns);
    }
    return new ColumnWriter(source, columns);
  }

  private static void dropLargest(List<Column> columns) {
    long all = 0;
    Column largest = columns.getFirst();
    for (Column column : columns) {
      all += column.dictionaryBytes();
      largest = column.dictionaryBytes() > largest.dictionaryBytes() ? column : largest;
    }
    if (all > MOST_KEYWORD_BYTES) {
      columns.remove(largest);
    }
  }

  /** What one column is going to be. */
  private static final class Column implements ValueVisitor {
    private final int number;
    private final Field field;
    private final @Nullable KeywordDictionary dictionary;
    private long values;
    private long lowest = Long.MAX_VALUE;
    private long highest = Long.MIN_VALUE;
    private boolean oneEach = true;

    Column(int number, Field field, KeyHash keyHash) {
      this.number = number;
      this.field = field;
      this.dictionary = field.type() == FieldType.KEYWORD ? new KeywordDictionary(keyHash) : null;
    }

    void add(ChunkSource source, int row) {
      long before = values;
      source.values(row, number, this);
      oneEach &= values == before + 1;
    }

    @Override
    public void ordered(long value) {
      values++;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }

    @Override
    public void keyword(MemorySegment bytes) {
      values++;
      dictionary().add(bytes);
    }

    private KeywordDictionary dictionary() {
      if (dictionary == null) {
        throw new IllegalStateException(field + " has a keyword");
      }
      return dictionary;
    }

    long dictionaryBytes() {
      return dictionary == null
          ? 0
          : dictionary.byteSize() + (long) BYTES_OF_KEYWORD * dictionary.count();
    }

    ColumnEntry entry() {
      int keywords = 0;
      int keywordBytes = 0;
      if (dictionary != null) {
        dictionary.sort();
        keywords = dictionary.count();
        keywordBytes = dictionary.byteSize();
        lowest = 0;
        highest = Math.max(keywords - 1L, 0);
      } else if (values == 0) {
        lowest = 0;
        highest = 0;
      }
      return new ColumnEntry(
          field,
          oneEach ? 0 : PackedColumn.widthOf(values),
          PackedColumn.widthOf(highest - lowest),
          PackedColumn.widthOf(keywordBytes),
          values,
          lowest,
          highest,
          keywords,
          keywordBytes,
          0);
    }
  }

  /** How many columns there will be. */
  int count() {
    return columns.size();
  }

  /** Lays the columns out from a place on; returns where the chunk goes on. */
  long place(long start) {
    if (columns.isEmpty()) {
      return start;
    }
    List<ColumnEntry> sized = columns.stream().map(Column::entry).toList();
    entries = ColumnEntry.placed(sized, start + ColumnEntry.directoryBytes(sized), rows);
    return SegmentFormat.align(
        entries.getLast().end(rows) + SegmentFormat.TABLE_SLACK_BYTES, SegmentFormat.CHECK_BYTES);
  }

  /** Writes them, directory first. */
  void write(ChunkOutput output) {
    if (columns.isEmpty()) {
      return;
    }
    output.put(ColumnEntry.encode(entries));
    for (int i = 0; i < entries.size(); i++) {
      write(columns.get(i), entries.get(i), output);
    }
  }

  private void write(Column column, ColumnEntry entry, ChunkOutput output) {
    if (entry.endWidth() > 0) {
      Counter counter = new Counter();
      for (int row = 0; row < rows; row++) {
        source.values(row, column.number, counter);
        output.putValue(counter.count, entry.endWidth());
      }
    }
    if (entry.codeWidth() > 0) {
      ValueVisitor codes = new Codes(column, entry, output);
      for (int row = 0; row < rows; row++) {
        source.values(row, column.number, codes);
      }
    }
    if (column.dictionary != null) {
      write(column.dictionary, entry.keywordEndWidth(), output);
    }
  }

  private static void write(KeywordDictionary dictionary, int endWidth, ChunkOutput output) {
    long end = 0;
    for (int rank = 0; rank < dictionary.count(); rank++) {
      end += dictionary.sorted(rank).byteSize();
      output.putValue(end, endWidth);
    }
    for (int rank = 0; rank < dictionary.count(); rank++) {
      output.put(dictionary.sorted(rank));
    }
  }

  private static final class Counter implements ValueVisitor {
    private long count;

    @Override
    public void ordered(long value) {
      count++;
    }

    @Override
    public void keyword(MemorySegment bytes) {
      count++;
    }
  }

  private record Codes(Column column, ColumnEntry entry, ChunkOutput output)
      implements ValueVisitor {
    @Override
    public void ordered(long value) {
      output.putValue(value - entry.lowest(), entry.codeWidth());
    }

    @Override
    public void keyword(MemorySegment bytes) {
      output.putValue(column.dictionary().rank(bytes), entry.codeWidth());
    }
  }
}
