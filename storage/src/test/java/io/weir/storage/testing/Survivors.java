package io.weir.storage.testing;

/** What becomes of changes that nothing has forced when the power goes. */
public enum Survivors {
  /** None reached the disk. */
  NONE,
  /** All did. */
  ALL,
  /** Any did: single writes, their sectors or their lengths, single names. */
  SOME,
  /** New lengths did, but zeros lie there; names did. */
  LENGTHS,
  /** Names did, bytes did not. */
  NAMES,
  /** Bytes did, names did not. */
  BYTES,
  /** Of names only removals did; of bytes, any. */
  REMOVALS
}
