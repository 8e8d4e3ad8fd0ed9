package io.weir.storage.check;

import java.nio.file.Path;

/**
 * Something that is not as it must be.
 *
 * @param file the file, or the folder where something is missing
 * @param from first byte of the range that is wrong
 * @param to first byte behind that range; the same as {@code from} where no bytes can be named
 * @param part which part of the format lies there, and which field
 * @param expected what should be there
 * @param actual what is there
 */
public record Finding(Path file, long from, long to, String part, String expected, String actual) {

  /** Returns all of it in one line. */
  public String text() {
    String bytes = to > from ? ", bytes " + from + " to " + (to - 1) : "";
    return file + bytes + ", " + part + ": expected " + expected + ", found " + actual;
  }
}
