package io.weir.storage.record;

import java.lang.foreign.MemorySegment;

/**
 * One record of a log partition, decoded.
 *
 * <p><b>Ownership:</b> the segments are borrowed by whoever receives the record, until that call
 * returns. They may be on the heap ({@code MemorySegment.ofArray}) or off it, at any alignment.
 */
public sealed interface VectorRecord {

  /** Offset of the record in its partition; not negative. */
  long offset();

  /** Kafka timestamp in milliseconds since the epoch; -1 where the record has none. */
  long timestampMillis();

  /** The key as UTF-8, 1..{@link VectorSchema#MAX_KEY_BYTES} bytes. */
  MemorySegment key();

  /**
   * Puts a vector under a key, in place of the one that was there.
   *
   * @param vector the components as little-endian float32, {@code 4 * dimension} bytes
   * @param payload opaque bytes kept beside the vector, 0..{@link VectorSchema#MAX_PAYLOAD_BYTES};
   *     ingest puts one JSON object here, or nothing
   */
  record Upsert(
      long offset,
      long timestampMillis,
      MemorySegment key,
      MemorySegment vector,
      MemorySegment payload)
      implements VectorRecord {}

  /** Removes what is under a key; a key that is not there is no error. */
  record Delete(long offset, long timestampMillis, MemorySegment key) implements VectorRecord {}
}
