package io.weir.storage.segment;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Rows that are to become a chunk, in offset order; each key at most once.
 *
 * <p><b>Ownership:</b> what it returns is borrowed until the chunk is written.
 */
public interface ChunkSource {

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

  /** Norm of a row; asked for only under cosine. */
  float norm(int row);

  /** Hands over all vectors in order, as runs of one or more rows, padded to the stride. */
  void forEachRun(Consumer<MemorySegment> consumer);
}
