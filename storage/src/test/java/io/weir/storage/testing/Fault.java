package io.weir.storage.testing;

/** What goes wrong with a call to a {@link MemoryFiles}. */
public enum Fault {
  /** Nothing. */
  NONE,
  /** It does nothing and throws; a force has lost a part of what it should have kept. */
  ERROR,
  /** The disk is full: a write does half of its work and throws; the rest as {@link #ERROR}. */
  SHORT,
  /** It does all of its work and throws. */
  LATE,
  /** It does nothing, and the machine is out of memory. */
  OUT_OF_MEMORY
}
