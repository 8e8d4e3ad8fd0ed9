package io.weir.storage.io;

import java.io.IOException;

/**
 * The disk has not kept what was written to a file, or cannot say. Final for that file: the kernel
 * may have dropped the bytes, and a second force would succeed without them.
 */
public final class ForceFailedException extends IOException {

  /** Names the file. */
  public ForceFailedException(Object file, IOException cause) {
    super(file + " could not be forced to the disk: " + cause.getMessage(), cause);
  }
}
