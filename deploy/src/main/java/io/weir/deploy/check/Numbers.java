package io.weir.deploy.check;

import io.weir.deploy.config.ByteCountFormat;
import java.nio.file.Path;
import java.util.Locale;

/** Figures as people read them, and names as a terminal can take them. */
final class Numbers {
  private Numbers() {}

  /** {@code 35,884}. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 1 row}, {@code 35,884 rows}. */
  static String count(long value, String one) {
    return count(value) + " " + one + (value == 1 ? "" : "s");
  }

  /** {@code 38.1 MiB}. */
  static String bytes(long value) {
    return ByteCountFormat.show(value);
  }

  /** {@code 12.3 %}. */
  static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f %%", whole == 0 ? 0 : 100.0 * part / whole);
  }

  /** {@code 1.2 s}. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  /** Names of files may hold anything, also what would move the cursor. */
  static String printable(Object name) {
    return name.toString().replaceAll("\\p{Cntrl}", "?");
  }

  /** The last part of a path. */
  static String nameOf(Path path) {
    return printable(String.valueOf(path.getFileName()));
  }
}
