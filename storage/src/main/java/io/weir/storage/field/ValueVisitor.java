package io.weir.storage.field;

import java.lang.foreign.MemorySegment;

/** Is shown the values that a field has in a row, in the form that they are compared in. */
public interface ValueVisitor {

  /** A value of any type but a keyword, as {@link OrderedValue} has it. */
  void ordered(long value);

  /** A value of a keyword: its UTF-8, borrowed until this returns. */
  void keyword(MemorySegment bytes);
}
