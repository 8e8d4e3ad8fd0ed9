package io.weir.storage.io;

import java.io.IOException;

/** A file does not hold what was written to it. */
public final class CorruptFileException extends IOException {

  /**
   * Names the damage.
   *
   * @param file the damaged file, or the missing one
   * @param place where in the file: offset, and the part of the format that lies there
   * @param expected what should be there
   * @param actual what is there
   */
  public CorruptFileException(Object file, String place, Object expected, Object actual) {
    super(file + " is damaged at " + place + ": expected " + expected + ", found " + actual);
  }
}
