package io.weir.deploy.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and a unit, {@code 500ms}, {@code 5s}. */
final class DurationFormat {

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*([a-z]{1,2})");

  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private DurationFormat() {}

  /** Returns the duration, or nothing if the text is none. */
  static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    ChronoUnit unit = UNITS.get(text.substring(matcher.start(2)));
    if (unit == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.of(Long.parseLong(text, 0, matcher.end(1), 10), unit));
    } catch (ArithmeticException | DateTimeException tooLong) {
      return Optional.empty();
    }
  }
}
