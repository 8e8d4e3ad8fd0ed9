package io.weir.deploy.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte counts as people write them: a whole number, alone or with a unit. {@code KiB, MiB, GiB,
 * TiB} are powers of 1024, {@code kB, MB, GB, TB} powers of 1000; case does not matter.
 */
public final class ByteCountFormat {

  private static final Pattern FORM = Pattern.compile("(\\d{1,19})\\s*([a-z]{0,3})");

  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "b", 1L,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "tb", 1_000_000_000_000L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "tib", 1L << 40);

  private static final List<String> SHOWN_UNITS = List.of("bytes", "KiB", "MiB", "GiB", "TiB");

  private ByteCountFormat() {}

  /** Returns the number of bytes, or nothing if the text is no byte count. */
  static Optional<Long> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    Matcher matcher = FORM.matcher(lower);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Long unit = UNITS.get(lower.substring(matcher.start(2)));
    if (unit == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Math.multiplyExact(Long.parseLong(lower, 0, matcher.end(1), 10), unit.longValue()));
    } catch (NumberFormatException | ArithmeticException tooMany) {
      return Optional.empty();
    }
  }

  /** Returns the count for people: the largest unit that leaves at least one, one decimal. */
  public static String show(long bytes) {
    int unit = 0;
    double count = bytes;
    while (count >= 1024 && unit < SHOWN_UNITS.size() - 1) {
      count /= 1024;
      unit++;
    }
    return unit == 0 || count == Math.rint(count)
        ? String.format(Locale.ROOT, "%.0f %s", count, SHOWN_UNITS.get(unit))
        : String.format(Locale.ROOT, "%.1f %s", count, SHOWN_UNITS.get(unit));
  }
}
