package io.weir.storage.hot;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.LongRanges;
import io.weir.storage.field.RowSet;
import io.weir.storage.field.RowValues;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.memory.LittleEndian;
import io.weir.storage.memory.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The values that the rows of a hot buffer have for its fields, off-heap: 10 bytes a field and row,
 * rounded up to 8 a row, and what does not fit into them.
 *
 * <pre>
 * offset          size  meaning, for each of F fields
 *      0  8 * F      8  one value: itself, as OrderedValue has it; several, or a keyword: the
 *                       address in the byte log of what follows here
 *  8 * F  2 * F      2  how many values
 *
 * in the byte log: values of 8 bytes each; of a keyword, 2 bytes of length before each
 * </pre>
 *
 * <p><b>Threads:</b> as {@link Slabs}; {@link #read}, {@link #ensure} and {@link #put} by the
 * writer. <b>Ownership:</b> the arena owns the slabs.
 */
final class FieldTable {
  private static final long FIRST_SLAB_BYTES = 4 << 10;
  private static final int COUNT_BYTES = Short.BYTES;
  private static final int LENGTH_BYTES = Short.BYTES;

  private final DeclaredFields declared;
  private final int fields;
  private final long stride;
  private final Slabs rows;
  private final ByteLog log;

  /** Of the row that is about to be put. */
  private final RowValues values;

  /** Of that row, by field: the value, or where in {@code encoded} its values begin. */
  private final long[] words;

  private final Encoder encoder = new Encoder();

  FieldTable(DeclaredFields declared, Arena arena, MemoryBudget budget, long maxSlabBytes) {
    this.declared = declared;
    this.fields = declared.fields().size();
    long bytes = (long) fields * (Long.BYTES + COUNT_BYTES);
    this.stride = (bytes + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    this.rows = new Slabs(arena, budget, stride, FIRST_SLAB_BYTES, maxSlabBytes);
    this.log = new ByteLog(arena, budget, FIRST_SLAB_BYTES, maxSlabBytes);
    this.values = new RowValues(declared);
    this.words = new long[fields];
  }

  DeclaredFields declared() {
    return declared;
  }

  /** Writes what goes to the byte log, on the heap: a row's values become visible as one string. */
  private static final class Encoder implements ValueVisitor {
    private byte[] bytes = new byte[256];
    private MemorySegment memory = MemorySegment.ofArray(bytes);
    private int length;

    @Override
    public void ordered(long value) {
      reserve(Long.BYTES);
      memory.set(LittleEndian.LONG, length, value);
      length += Long.BYTES;
    }

    @Override
    public void keyword(MemorySegment keyword) {
      int size = (int) keyword.byteSize();
      reserve(LENGTH_BYTES + size);
      memory.set(LittleEndian.SHORT, length, (short) size);
      MemorySegment.copy(keyword, 0, memory, length + LENGTH_BYTES, size);
      length += LENGTH_BYTES + size;
    }

    private void reserve(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        memory = MemorySegment.ofArray(bytes);
      }
    }

    MemorySegment encoded() {
      return memory.asSlice(0, length);
    }
  }

  /** Takes the only value of a field. */
  private static final class Single implements ValueVisitor {
    private long value;

    @Override
    public void ordered(long only) {
      value = only;
    }

    @Override
    public void keyword(MemorySegment bytes) {
      throw new AssertionError("keywords go to the byte log");
    }
  }

  private final Single single = new Single();

  private boolean isInline(int field, int count) {
    return count == 1 && type(field) != FieldType.KEYWORD;
  }

  private FieldType type(int field) {
    return declared.fields().get(field).type();
  }

  /** Takes the values of a payload, for {@link #ensure} and {@link #put}. */
  void read(MemorySegment payload) {
    values.read(payload);
    encoder.length = 0;
    for (int field = 0; field < fields; field++) {
      if (isInline(field, values.count(field))) {
        values.visit(field, single);
        words[field] = single.value;
      } else {
        words[field] = encoder.length;
        values.visit(field, encoder);
      }
    }
  }

  /** Makes room for a row's values; false, and nothing changed, if the budget is used up. */
  boolean ensure(int row) {
    return rows.ensure(row) && (encoder.length == 0 || log.ensure(encoder.length));
  }

  /** Puts the values that were read last beside a row; each row once, in order. */
  void put(int row) {
    long address = encoder.length == 0 ? 0 : log.append(encoder.encoded(), MemorySegment.NULL);
    MemorySegment slab = rows.segment(row);
    long at = rows.position(row);
    for (int field = 0; field < fields; field++) {
      int count = values.count(field);
      long word = isInline(field, count) ? words[field] : address + words[field];
      slab.set(LittleEndian.LONG, at + (long) field * Long.BYTES, word);
      slab.set(LittleEndian.SHORT, countAt(at, field), (short) count);
    }
    rows.fill();
  }

  /**
   * Takes those rows out of a set that have none of the wanted values; the field is no keyword. As
   * {@link #visit} row by row would tell, in a third of the time.
   */
  void retain(RowSet set, int field, LongRanges wanted) {
    long[] words = set.words();
    MemorySegment slab = MemorySegment.NULL;
    int slabFirst = 0;
    int slabEnd = 0;
    for (int i = 0; i < words.length; i++) {
      long stay = 0;
      for (long left = words[i]; left != 0; left &= left - 1) {
        int bit = Long.numberOfTrailingZeros(left);
        int row = set.first() + i * Long.SIZE + bit;
        if (row >= slabEnd) {
          int number = rows.slab(row);
          slab = rows.segment(row);
          slabFirst = rows.firstRow(number);
          slabEnd = rows.firstRow(number + 1);
        }
        if (hasAny(slab, (row - slabFirst) * stride, field, wanted)) {
          stay |= 1L << bit;
        }
      }
      words[i] = stay;
    }
  }

  private boolean hasAny(MemorySegment slab, long row, int field, LongRanges wanted) {
    int count = slab.get(LittleEndian.SHORT, countAt(row, field));
    if (count == 0) {
      return false;
    }
    long word = slab.get(LittleEndian.LONG, row + (long) field * Long.BYTES);
    if (count == 1) {
      return wanted.contains(word);
    }
    MemorySegment list = log.slab(word);
    long first = ByteLog.position(word);
    for (int i = 0; i < count; i++) {
      if (wanted.contains(list.get(LittleEndian.LONG, first + (long) i * Long.BYTES))) {
        return true;
      }
    }
    return false;
  }

  private long countAt(long row, int field) {
    return row + (long) fields * Long.BYTES + (long) field * COUNT_BYTES;
  }

  /** Shows the values that a row has for a field. */
  void visit(int row, int field, ValueVisitor visitor) {
    MemorySegment slab = rows.segment(row);
    long at = rows.position(row);
    int count = slab.get(LittleEndian.SHORT, countAt(at, field));
    if (count == 0) {
      return;
    }
    long word = slab.get(LittleEndian.LONG, at + (long) field * Long.BYTES);
    if (isInline(field, count)) {
      visitor.ordered(word);
    } else if (type(field) == FieldType.KEYWORD) {
      visitKeywords(word, count, visitor);
    } else {
      MemorySegment list = log.slab(word);
      long first = ByteLog.position(word);
      for (int i = 0; i < count; i++) {
        visitor.ordered(list.get(LittleEndian.LONG, first + (long) i * Long.BYTES));
      }
    }
  }

  private void visitKeywords(long address, int count, ValueVisitor visitor) {
    MemorySegment list = log.slab(address);
    long next = ByteLog.position(address);
    for (int i = 0; i < count; i++) {
      int length = list.get(LittleEndian.SHORT, next);
      visitor.keyword(list.asSlice(next + LENGTH_BYTES, length));
      next += LENGTH_BYTES + length;
    }
  }

  long allocatedBytes() {
    return rows.allocatedBytes() + log.allocatedBytes();
  }

  long usedBytes() {
    return rows.usedBytes() + log.usedBytes();
  }
}
