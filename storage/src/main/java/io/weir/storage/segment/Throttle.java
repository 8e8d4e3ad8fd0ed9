package io.weir.storage.segment;

import java.io.IOException;

/** Slows a writer down, or ends it. */
@FunctionalInterface
public interface Throttle {

  /** Never waits. */
  Throttle NONE = _ -> {};

  /**
   * Returns when so many bytes may be written.
   *
   * @throws IOException if nothing more is to be written
   */
  void before(long bytes) throws IOException;
}
