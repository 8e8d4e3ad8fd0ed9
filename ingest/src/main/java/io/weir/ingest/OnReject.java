package io.weir.ingest;

/** What becomes of a record that cannot be taken in. */
public enum OnReject {
  /** It goes to the dead-letter topic, and the shard passes it when that has it. */
  DEAD_LETTER,
  /** The shard stops before it, until an operator acts. */
  STOP,
  /** It is counted, logged once a reason, and passed. */
  DROP
}
