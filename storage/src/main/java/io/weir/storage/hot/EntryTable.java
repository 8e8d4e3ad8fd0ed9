package io.weir.storage.hot;

import io.weir.storage.memory.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * What the hot buffer knows of each record, in offset order, 48 bytes each, native byte order.
 *
 * <pre>
 * offset  size  field         meaning
 *      0     8  offset        Kafka offset
 *      8     8  timestamp     Kafka timestamp in milliseconds
 *     16     8  bytes         address of key and payload in the byte log
 *     24     4  payloadBytes  length of the payload
 *     28     4  keyBytes      length of the key, 1..1024
 *     32     4  vectorEnd     vectors in this entry and all before it; a delete has the number of
 *                             its predecessor, an upsert one more
 *     36     4  previous      entry before this one with the same key, or -1
 *     40     4  replacedBy    1 + entry after this one with the same key, or 0; the only field that
 *                             changes, once
 *     44     4  norm          Euclidean norm under COSINE, else 0
 * </pre>
 *
 * <p><b>Threads:</b> as {@link Slabs}.
 */
final class EntryTable {
  static final int NONE = -1;
  private static final int STRIDE_BYTES = 48;
  private static final long OFFSET = 0;
  private static final long TIMESTAMP = 8;
  private static final long BYTES = 16;
  private static final long PAYLOAD_BYTES = 24;
  private static final long KEY_BYTES = 28;
  private static final long VECTOR_END = 32;
  private static final long PREVIOUS = 36;
  private static final long REPLACED_BY = 40;
  private static final long NORM = 44;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final Slabs slabs;

  EntryTable(Arena arena, MemoryBudget budget, long maxSlabBytes) {
    this.slabs = new Slabs(arena, budget, STRIDE_BYTES, 4096, maxSlabBytes);
  }

  boolean ensure(int entry) {
    return slabs.ensure(entry);
  }

  void put(
      int entry,
      long offset,
      long timestampMillis,
      long bytes,
      int keyBytes,
      int payloadBytes,
      int vectorEnd,
      int previous,
      float norm) {
    MemorySegment slab = slabs.segment(entry);
    long at = slabs.position(entry);
    slab.set(ValueLayout.JAVA_LONG, at + OFFSET, offset);
    slab.set(ValueLayout.JAVA_LONG, at + TIMESTAMP, timestampMillis);
    slab.set(ValueLayout.JAVA_LONG, at + BYTES, bytes);
    slab.set(ValueLayout.JAVA_INT, at + PAYLOAD_BYTES, payloadBytes);
    slab.set(ValueLayout.JAVA_INT, at + KEY_BYTES, keyBytes);
    slab.set(ValueLayout.JAVA_INT, at + VECTOR_END, vectorEnd);
    slab.set(ValueLayout.JAVA_INT, at + PREVIOUS, previous);
    slab.set(ValueLayout.JAVA_INT, at + REPLACED_BY, 0);
    slab.set(ValueLayout.JAVA_FLOAT, at + NORM, norm);
    slabs.fill();
  }

  long offset(int entry) {
    return slabs.segment(entry).get(ValueLayout.JAVA_LONG, slabs.position(entry) + OFFSET);
  }

  long timestampMillis(int entry) {
    return slabs.segment(entry).get(ValueLayout.JAVA_LONG, slabs.position(entry) + TIMESTAMP);
  }

  long bytes(int entry) {
    return slabs.segment(entry).get(ValueLayout.JAVA_LONG, slabs.position(entry) + BYTES);
  }

  int payloadBytes(int entry) {
    return slabs.segment(entry).get(ValueLayout.JAVA_INT, slabs.position(entry) + PAYLOAD_BYTES);
  }

  int keyBytes(int entry) {
    return slabs.segment(entry).get(ValueLayout.JAVA_INT, slabs.position(entry) + KEY_BYTES);
  }

  int vectorEnd(int entry) {
    return entry == NONE
        ? 0
        : slabs.segment(entry).get(ValueLayout.JAVA_INT, slabs.position(entry) + VECTOR_END);
  }

  int previous(int entry) {
    return slabs.segment(entry).get(ValueLayout.JAVA_INT, slabs.position(entry) + PREVIOUS);
  }

  float norm(int entry) {
    return slabs.segment(entry).get(ValueLayout.JAVA_FLOAT, slabs.position(entry) + NORM);
  }

  /** The entry that replaced this one, or {@link #NONE}. */
  int replacedBy(int entry) {
    return (int) INT.getOpaque(slabs.segment(entry), slabs.position(entry) + REPLACED_BY) - 1;
  }

  void replace(int entry, int by) {
    INT.setOpaque(slabs.segment(entry), slabs.position(entry) + REPLACED_BY, by + 1);
  }

  long allocatedBytes() {
    return slabs.allocatedBytes();
  }

  long usedBytes() {
    return slabs.usedBytes();
  }
}
