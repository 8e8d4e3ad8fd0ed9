package io.weir.storage.field;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Keywords in the order of their bytes, each once, that can be asked for by number. */
public interface SortedKeywords {

  /** How many. */
  int count();

  /** The one with a number, from 0; borrowed. */
  MemorySegment keyword(int number) throws IOException;
}
