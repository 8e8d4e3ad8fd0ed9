package io.weir.storage.check;

/** Is told how far a check has come, by the thread that runs it. */
@FunctionalInterface
public interface Progress {

  /** Nobody wants to know. */
  Progress NONE = (_, _) -> {};

  /**
   * Some bytes have been read.
   *
   * @param done bytes read so far
   * @param total bytes to be read in all; grows while the check learns what there is
   */
  void read(long done, long total);
}
