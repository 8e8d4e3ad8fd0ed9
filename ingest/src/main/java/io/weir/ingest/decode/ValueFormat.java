package io.weir.ingest.decode;

import io.weir.ingest.poll.RawRecord;
import java.lang.foreign.MemorySegment;

/** How a value that is neither null nor empty becomes an upsert. */
interface ValueFormat {
  /** What a record without payload has. */
  MemorySegment NO_PAYLOAD = MemorySegment.ofArray(new byte[0]);

  /** The name of the class that does the work, for whoever looks into a dead-letter topic. */
  default String name() {
    return getClass().getName();
  }

  /** Whether values are JSON. */
  default boolean isText() {
    return false;
  }

  /**
   * Reads the bytes in {@code [from, to)} of {@code value}, which is the record's value or shares
   * its lifetime; {@code key} is checked already, and is text.
   */
  DecodeResult decode(RawRecord source, MemorySegment key, byte[] value, int from, int to);
}
