package io.weir.storage.segment;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.KeywordRanges;
import io.weir.storage.field.LongRanges;
import io.weir.storage.field.RowSet;
import io.weir.storage.field.SortedKeywords;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.io.CorruptFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The values that the rows of a published chunk have for a field. What it reads is compared with
 * its checksums before, as everything in the chunk is.
 *
 * <p>Values are numbers here: of a keyword, its place among the chunk's keywords, which {@link
 * #numbers} tells.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the chunk's memory.
 */
public final class FieldColumn {
  private final MappedChunk chunk;
  private final ColumnEntry entry;
  private final PackedColumn ends;
  private final PackedColumn codes;
  private final Keywords keywords;

  FieldColumn(MappedChunk chunk, ColumnEntry entry) {
    this.chunk = chunk;
    this.entry = entry;
    this.ends = entry.ends();
    this.codes = entry.codes(chunk.rows());
    this.keywords = new Keywords();
  }

  /** The field. */
  public Field field() {
    return entry.field();
  }

  /** Whether no row has a value. */
  public boolean isEmpty() {
    return entry.values() == 0;
  }

  /** Whether each row has one value. */
  public boolean hasOneEach() {
    return entry.endWidth() == 0 && entry.values() > 0;
  }

  /** The lowest value; there is one. */
  public long lowest() {
    return entry.lowest();
  }

  /** The highest value; there is one. */
  public long highest() {
    return entry.highest();
  }

  /** Which values stand for some keywords. */
  public LongRanges numbers(KeywordRanges wanted) throws IOException {
    return wanted.numbersIn(keywords);
  }

  private final class Keywords implements SortedKeywords {
    private final PackedColumn keywordEnds = entry.keywordEnds(chunk.rows());
    private final long start = entry.keywordsStart(chunk.rows());

    @Override
    public int count() {
      return entry.keywords();
    }

    @Override
    public MemorySegment keyword(int number) throws CorruptFileException {
      return chunk.part(keywordEnds, start, number);
    }
  }

  /**
   * Takes those rows out of a set that have none of the wanted values. As {@link RowSet#retainIf}
   * would, in half the time: that asks through an interface.
   */
  public void retain(RowSet rows, LongRanges wanted) throws CorruptFileException {
    int last = rows.last();
    if (last < 0) {
      return;
    }
    int first = rows.next(rows.first());
    if (hasOneEach()) {
      chunk.retain(rows, codes, entry.lowest(), wanted);
      return;
    }
    chunk.verify(ends, Math.max(first - 1, 0), last + 1L);
    chunk.verify(codes, end(first - 1), end(last));
    long[] words = rows.words();
    for (int i = 0; i < words.length; i++) {
      long stay = 0;
      for (long left = words[i]; left != 0; left &= left - 1) {
        int bit = Long.numberOfTrailingZeros(left);
        if (hasAny(rows.first() + i * Long.SIZE + bit, wanted)) {
          stay |= 1L << bit;
        }
      }
      words[i] = stay;
    }
  }

  private long end(int row) {
    return row < 0 ? 0 : ends.get(chunk.memory(), row);
  }

  private boolean hasAny(int row, LongRanges wanted) {
    long to = end(row);
    for (long at = end(row - 1); at < to; at++) {
      if (wanted.contains(entry.lowest() + codes.get(chunk.memory(), at))) {
        return true;
      }
    }
    return false;
  }

  /** Shows the values of a row. */
  void visit(int row, ValueVisitor visitor) throws CorruptFileException {
    long from = row;
    long to = row + 1L;
    if (!hasOneEach()) {
      chunk.verify(ends, Math.max(row - 1, 0), row + 1L);
      from = end(row - 1);
      to = end(row);
    }
    chunk.verify(codes, from, to);
    for (long at = from; at < to; at++) {
      long value = entry.lowest() + codes.get(chunk.memory(), at);
      if (entry.field().type() == FieldType.KEYWORD) {
        visitor.keyword(keywords.keyword((int) value));
      } else {
        visitor.ordered(value);
      }
    }
  }
}
