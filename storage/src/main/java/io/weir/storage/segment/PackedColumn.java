package io.weir.storage.segment;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;

/**
 * Unsigned numbers of the same width, as few bytes each as the largest of a chunk needs.
 *
 * <p>A value is read as a long whose upper bytes belong to what follows it; the table's slack sees
 * to it that there is something.
 *
 * @param start position of the first value in the chunk
 * @param width bytes of a value, 0 (all are zero) to 8
 */
record PackedColumn(long start, int width) {

  /** The width that a value needs. */
  static int widthOf(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value) + Byte.SIZE - 1) / Byte.SIZE;
  }

  long get(MemorySegment chunk, long row) {
    long word = chunk.get(LittleEndian.LONG, start + row * width);
    return width == Long.BYTES ? word : word & ((1L << (width * Byte.SIZE)) - 1);
  }

  /** Where the column ends that has so many rows. */
  long end(long rows) {
    return start + rows * width;
  }
}
