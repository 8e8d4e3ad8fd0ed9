package io.weir.storage.segment;

import io.weir.storage.field.Field;
import io.weir.storage.field.ValueVisitor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rows that are to become a chunk, in offset order. A key comes once; where history is kept, it may
 * come more often, and all its rows but the last have been killed.
 *
 * <p><b>Ownership:</b> what it returns is borrowed until the chunk is written.
 */
public interface ChunkSource {

  /** Stands for no killing offset. */
  long ALIVE = Long.MAX_VALUE;

  /** How many, at least 1. */
  int rows();

  /** Kafka offset of a row. */
  long offset(int row);

  /** Kafka timestamp of a row, in milliseconds. */
  long timestampMillis(int row);

  /** Key of a row. */
  MemorySegment key(int row);

  /** Payload of a row. */
  MemorySegment payload(int row);

  /** Length of a row's key: without the key, for each is asked for often. */
  int keyBytes(int row);

  /** Length of a row's payload. */
  int payloadBytes(int row);

  /** Norm of a row; asked for only under cosine. */
  float norm(int row);

  /** Whether a row has a killing offset. */
  default boolean hasKills() {
    return false;
  }

  /** Offset of the record that replaced a row before this chunk was written, or {@link #ALIVE}. */
  default long killingOffset(int row) {
    return ALIVE;
  }

  /** The fields whose values become columns. */
  default List<Field> fields() {
    return List.of();
  }

  /** Shows the values that a row has for the field with a number in {@link #fields}. */
  default void values(int row, int field, ValueVisitor visitor) {}

  /** Hands over all vectors in order, as runs of one or more rows, padded to the stride. */
  void forEachRun(Consumer<MemorySegment> consumer);
}
