package io.weir.storage.segment;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers in names of files: eight hex digits, and what kind of file it is. */
final class FileNames {
  private static final int HEX_DIGITS = 8;
  private static final Pattern DATA_FILE = Pattern.compile("[0-9a-f]{8}\\.(segment|dead)");

  private FileNames() {}

  static String of(long number, String suffix) {
    return String.format(Locale.ROOT, "%08x%s", number, suffix);
  }

  /** The number of a segment or dead-mark file, if the name is one's. */
  static OptionalLong numberOf(String name) {
    return DATA_FILE.matcher(name).matches()
        ? OptionalLong.of(Long.parseLong(name, 0, HEX_DIGITS, 16))
        : OptionalLong.empty();
  }
}
