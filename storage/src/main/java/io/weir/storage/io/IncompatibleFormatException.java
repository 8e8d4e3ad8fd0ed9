package io.weir.storage.io;

import java.io.IOException;

/** A file is whole, but written by a newer Weir in a way that this one must not read. */
public final class IncompatibleFormatException extends IOException {

  /** Names the file and what this version does not know. */
  public IncompatibleFormatException(Object file, String unknown) {
    super(file + " needs a newer Weir: " + unknown);
  }
}
