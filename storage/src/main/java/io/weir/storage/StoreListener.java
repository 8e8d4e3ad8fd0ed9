package io.weir.storage;

import java.time.Duration;

/**
 * Hears what a store does in the background, each time that it has done it.
 *
 * <p><b>Threads:</b> is called on the store's own, one at a time for each method, which go on when
 * it returns: it must be quick. What it throws is logged, and changes nothing.
 */
public interface StoreListener {

  /** A checkpoint has written something, or failed. */
  void checkpointed(CheckpointReport report);

  /**
   * A merge has ended, or failed.
   *
   * @param took how long it ran
   */
  void merged(Duration took);
}
