package io.weir.storage.field;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The values that one payload has for declared fields. What does not count is passed over: values
 * of another type than the field's, keywords that are too long, values beyond the most of a row,
 * doubles that are not finite.
 *
 * <p><b>Threads:</b> one. <b>Ownership:</b> has copies of all values.
 */
public final class RowValues implements FieldSink {
  private static final int FIRST_VALUES = 1;
  private static final int FIRST_KEYWORD_BYTES = 64;

  private final DeclaredFields declared;
  private final int[] counts;

  /**
   * By field: values as {@link OrderedValue} has them; of keywords, the end of each in the bytes.
   */
  private final long[][] values;

  /** Of keywords, where each begins. */
  private final int[][] starts;

  private byte[] keywords = new byte[FIRST_KEYWORD_BYTES];
  private MemorySegment keywordMemory = MemorySegment.ofArray(keywords);
  private int keywordBytes;

  /** No values. */
  public RowValues(DeclaredFields declared) {
    this.declared = declared;
    this.counts = new int[declared.fields().size()];
    this.values = new long[counts.length][FIRST_VALUES];
    this.starts = new int[counts.length][FIRST_VALUES];
  }

  /** Takes the values of a payload in place of those that were there. */
  public void read(MemorySegment payload) {
    Arrays.fill(counts, 0);
    keywordBytes = 0;
    declared.reader().read(payload, this);
  }

  /** How many values a field has. */
  public int count(int field) {
    return counts[field];
  }

  /** Shows the values of a field, in the order in which they were put. */
  public void visit(int field, ValueVisitor visitor) {
    boolean keyword = type(field) == FieldType.KEYWORD;
    for (int i = 0; i < counts[field]; i++) {
      if (keyword) {
        int start = starts[field][i];
        visitor.keyword(keywordMemory.asSlice(start, values[field][i] - start));
      } else {
        visitor.ordered(values[field][i]);
      }
    }
  }

  private FieldType type(int field) {
    return declared.fields().get(field).type();
  }

  @Override
  public void keyword(int field, byte[] bytes, int from, int to) {
    int length = to - from;
    if (type(field) != FieldType.KEYWORD || length > Field.MAX_KEYWORD_BYTES) {
      return;
    }
    int start = keywordBytes;
    if (put(field, start + (long) length)) {
      if (start + length > keywords.length) {
        keywords = Arrays.copyOf(keywords, Math.max(2 * keywords.length, start + length));
        keywordMemory = MemorySegment.ofArray(keywords);
      }
      System.arraycopy(bytes, from, keywords, start, length);
      starts[field][counts[field] - 1] = start;
      keywordBytes = start + length;
    }
  }

  @Override
  public void whole(int field, long value) {
    if (type(field) == FieldType.LONG || type(field) == FieldType.TIMESTAMP) {
      put(field, value);
    }
  }

  @Override
  public void real(int field, double value) {
    if (type(field) == FieldType.DOUBLE && Double.isFinite(value)) {
      put(field, OrderedValue.of(value));
    }
  }

  @Override
  public void flag(int field, boolean value) {
    if (type(field) == FieldType.BOOLEAN) {
      put(field, OrderedValue.of(value));
    }
  }

  private boolean put(int field, long value) {
    int count = counts[field];
    if (count == Field.MAX_VALUES) {
      return false;
    }
    if (count == values[field].length) {
      values[field] = Arrays.copyOf(values[field], 2 * count);
      starts[field] = Arrays.copyOf(starts[field], 2 * count);
    }
    values[field][count] = value;
    counts[field] = count + 1;
    return true;
  }
}
