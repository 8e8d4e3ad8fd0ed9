package io.weir.api.filter;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments as RFC 3339 writes them: {@code 2026-01-31T23:59:60.5+01:00}, with Z for UTC. */
final class Moments {

  private static final Pattern MOMENT =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}:\\d{2}):(\\d{2})(?:\\.(\\d+))?"
              + "(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");
  private static final int LEAP_SECOND = 60;

  private Moments() {}

  /**
   * Returns the milliseconds since the epoch, what is smaller cut off; nothing if the text is no
   * moment. A leap second is the one behind it.
   */
  static OptionalLong millis(String text) {
    Matcher matcher = MOMENT.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int second = Integer.parseInt(text, matcher.start(3), matcher.end(3), 10);
    if (second > LEAP_SECOND) {
      return OptionalLong.empty();
    }
    try {
      long minute =
          LocalDateTime.parse(matcher.group(1) + "T" + matcher.group(2))
              .toEpochSecond(ZoneOffset.UTC);
      return OptionalLong.of(
          (minute + second - offsetSeconds(text, matcher)) * 1_000 + fraction(matcher));
    } catch (DateTimeException noSuchDay) {
      return OptionalLong.empty();
    }
  }

  private static int fraction(Matcher matcher) {
    String digits = matcher.group(4);
    return digits == null ? 0 : Integer.parseInt((digits + "00").substring(0, 3));
  }

  private static int offsetSeconds(String text, Matcher matcher) {
    String sign = matcher.group(5);
    if (sign == null) {
      return 0;
    }
    int hours = Integer.parseInt(text, matcher.start(6), matcher.end(6), 10);
    int minutes = Integer.parseInt(text, matcher.start(7), matcher.end(7), 10);
    int seconds = (hours * 60 + minutes) * 60;
    return sign.equals("-") ? -seconds : seconds;
  }
}
