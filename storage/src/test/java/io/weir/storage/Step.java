package io.weir.storage;

/** A step of a {@link CrashWorkload}. */
enum Step {
  /** A few records are appended. */
  APPEND,
  /** What was appended becomes durable. */
  CHECKPOINT,
  /** The shard is made anew from its first record, beside the one in use, and takes its place. */
  REBUILD,
  /** Segments are merged until nothing is worth it. */
  COMPACT,
  /** The same, and when the first output is written but not published, a checkpoint comes first. */
  COMPACT_BESIDE_CHECKPOINT
}
