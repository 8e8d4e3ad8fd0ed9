package io.weir.ingest.decode;

import io.weir.ingest.poll.RawRecord;
import java.lang.foreign.MemorySegment;

/** How a value that is neither null nor empty becomes an upsert. */
interface ValueFormat {

  /** The name of the class that does the work, for whoever looks into a dead-letter topic. */
  default String name() {
    return getClass().getName();
  }

  /** Reads {@code value}, the record's value; {@code key} is checked already. */
  DecodeResult decode(RawRecord source, MemorySegment key, byte[] value);
}
