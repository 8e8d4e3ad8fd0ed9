package io.weir.deploy;

/** What to do when the HTTP port is taken. */
public enum PortPolicy {
  /** Refuse to start. */
  FIXED,
  /** Take the next free one. */
  NEXT_FREE
}
