package io.weir.storage.check;

/**
 * Decides how fast files are read.
 *
 * <p><b>Threads:</b> called by the thread that reads, before each read.
 */
@FunctionalInterface
public interface ReadThrottle {

  /** As fast as the disk. */
  ReadThrottle UNLIMITED = _ -> {};

  /**
   * Returns when so many bytes may be read.
   *
   * @throws java.util.concurrent.CancellationException if the check is to end here
   */
  void beforeReading(int bytes);
}
