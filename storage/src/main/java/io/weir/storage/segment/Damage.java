package io.weir.storage.segment;

import io.weir.storage.io.CorruptFileException;
import java.nio.file.Path;

/**
 * Says where a file is damaged.
 *
 * @param file the file
 * @param part the part of it that is being read
 */
record Damage(Path file, String part) {

  CorruptFileException of(String field, Object expected, Object actual) {
    return new CorruptFileException(file, part + ", " + field, expected, actual);
  }

  void unlessSame(String field, long expected, long actual) throws CorruptFileException {
    if (expected != actual) {
      throw of(field, "0x" + Long.toHexString(expected), "0x" + Long.toHexString(actual));
    }
  }
}
