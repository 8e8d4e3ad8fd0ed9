package io.weir.storage.hot;

import io.weir.storage.field.Field;
import io.weir.storage.field.LongRanges;
import io.weir.storage.field.RowSet;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.SourcePosition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The first entries of a hot buffer: exactly those that were there when it was taken.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the buffer's memory; whoever uses it holds a
 * reference to the buffer. What its methods return as a segment is borrowed too.
 */
public final class HotSnapshot {

  /** Stands for no entry. */
  public static final int NONE = EntryTable.NONE;

  private final HotBuffer buffer;
  private final Optional<SourcePosition> position;
  private final int count;
  private final EntryTable entries;

  HotSnapshot(HotBuffer buffer, Optional<SourcePosition> position, int count) {
    this.buffer = buffer;
    this.position = position;
    this.count = count;
    this.entries = buffer.entries();
  }

  /** Everything below this position is in the snapshot, or was dealt with before the buffer. */
  public Optional<SourcePosition> position() {
    return position;
  }

  /** Entries, in offset order: upserts, replaced ones included, and deletes. */
  public int count() {
    return count;
  }

  /** Vectors in it, replaced ones included. */
  public int vectors() {
    return entries.vectorEnd(count - 1);
  }

  /** Returns the newest entry of a key, upsert or delete, or {@link #NONE}. */
  public int find(long hash, MemorySegment key) {
    int entry = buffer.keys().find(hash, candidate -> buffer.hasKey(candidate, key));
    while (entry >= count) {
      entry = entries.previous(entry);
    }
    return entry;
  }

  /** Whether an entry is a delete. */
  public boolean isDelete(int entry) {
    return entries.vectorEnd(entry) == entries.vectorEnd(entry - 1);
  }

  /** Whether an entry is an upsert that nothing in this snapshot has replaced. */
  public boolean isLive(int entry) {
    return replacedBy(entry) == NONE && !isDelete(entry);
  }

  /** The entry of the same key after this one, in this snapshot, or {@link #NONE}. */
  public int replacedBy(int entry) {
    int replacedBy = entries.replacedBy(entry);
    return replacedBy >= count ? NONE : replacedBy;
  }

  /** Returns what there was of this snapshot below a position. */
  public HotSnapshot asOf(SourcePosition earlier) {
    return new HotSnapshot(buffer, Optional.of(earlier), entriesBefore(earlier.nextOffset()));
  }

  /** How many entries have an offset lower than another: the first ones. */
  public int entriesBefore(long offset) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.offset(middle) < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The entry of the same key before this one, in this buffer, or {@link #NONE}. */
  public int previous(int entry) {
    return entries.previous(entry);
  }

  /** Kafka offset of an entry. */
  public long offset(int entry) {
    return entries.offset(entry);
  }

  /** Kafka timestamp of an entry, in milliseconds. */
  public long timestampMillis(int entry) {
    return entries.timestampMillis(entry);
  }

  /** Norm of an upsert's vector under {@code COSINE}; else 0. */
  public float norm(int entry) {
    return entries.norm(entry);
  }

  /** Key of an entry. */
  public MemorySegment key(int entry) {
    return buffer.bytes().read(entries.bytes(entry), entries.keyBytes(entry));
  }

  /** Payload of an entry. */
  public MemorySegment payload(int entry) {
    int keyBytes = entries.keyBytes(entry);
    return buffer
        .bytes()
        .read(entries.bytes(entry), (long) keyBytes + entries.payloadBytes(entry))
        .asSlice(keyBytes);
  }

  /** Length of an entry's key. */
  public int keyBytes(int entry) {
    return entries.keyBytes(entry);
  }

  /** Length of an entry's payload. */
  public int payloadBytes(int entry) {
    return entries.payloadBytes(entry);
  }

  /** The number of an upsert's vector: vectors are in the order of their entries. */
  public int vector(int entry) {
    return entries.vectorEnd(entry) - 1;
  }

  /** The vector of an upsert: {@code 4 * dimension} bytes. */
  public MemorySegment vectorOf(int entry) {
    Slabs table = buffer.vectors();
    int vector = vector(entry);
    return table.segment(vector).asSlice(table.position(vector), buffer.schema().vectorBytes());
  }

  /** The fields whose values it has beside each vector. */
  public List<Field> fields() {
    FieldTable table = buffer.fields();
    return table == null ? List.of() : table.declared().fields();
  }

  /** Shows the values of a field that an upsert has; the field is one of {@link #fields}. */
  public void values(int vector, int field, ValueVisitor visitor) {
    table().visit(vector, field, visitor);
  }

  /**
   * Takes those vectors out of a set that have none of the wanted values of a field; the field is
   * one of {@link #fields}, and no keyword.
   */
  public void retain(RowSet vectors, int field, LongRanges wanted) {
    table().retain(vectors, field, wanted);
  }

  private FieldTable table() {
    return Objects.requireNonNull(buffer.fields(), "without fields there are no values");
  }

  /** How many vectors belong to entries below an offset: the first ones. */
  public int vectorsBefore(long offset) {
    return entries.vectorEnd(entriesBefore(offset) - 1);
  }

  /** The entry that a vector belongs to. */
  public int entryOfVector(int vector) {
    Slabs table = buffer.vectorEntries();
    return table.segment(vector).get(ValueLayout.JAVA_INT, table.position(vector));
  }

  /** How many vectors, from this one on, lie in one run. */
  public int runLength(int vector) {
    Slabs table = buffer.vectors();
    return Math.min(vectors(), table.firstRow(table.slab(vector) + 1)) - vector;
  }

  /** The memory of {@code vectors} vectors from {@code first}; they must lie in one run. */
  public MemorySegment run(int first, int vectors) {
    Slabs table = buffer.vectors();
    long stride = RowLayout.strideBytes(buffer.schema().dimension());
    return table.segment(first).asSlice(table.position(first), vectors * stride);
  }
}
