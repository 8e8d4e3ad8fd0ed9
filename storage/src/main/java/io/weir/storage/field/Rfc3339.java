package io.weir.storage.field;

/**
 * Reads moments as RFC 3339 writes them: {@code 2026-01-31T23:59:60.5+01:00}, with {@code Z} for
 * UTC, a fraction of any length, letters of either case. The text of a {@link FieldType#TIMESTAMP},
 * in payloads and in filters alike.
 */
public final class Rfc3339 {
  /** What {@link #millis} returns for text that is no moment. */
  public static final long NONE = Long.MIN_VALUE;

  private static final int SHORTEST = "2026-01-31T23:59:59Z".length();
  private static final int SECONDS_END = 19;
  private static final int OFFSET_LENGTH = "+01:00".length();
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365
  };
  private static final long DAYS_BEFORE_1970 = 719_528;

  private Rfc3339() {}

  /**
   * Returns the milliseconds since the epoch of the text in {@code [from, to)}, what is smaller cut
   * off; {@link #NONE} if it is no moment. A leap second is the one behind it.
   */
  public static long millis(byte[] text, int from, int to) {
    if (to - from < SHORTEST
        || text[from + 4] != '-'
        || text[from + 7] != '-'
        || (text[from + 10] | 0x20) != 't'
        || text[from + 13] != ':'
        || text[from + 16] != ':') {
      return NONE;
    }
    int year = number(text, from, 4);
    int month = number(text, from + 5, 2);
    int day = number(text, from + 8, 2);
    int hour = number(text, from + 11, 2);
    int minute = number(text, from + 14, 2);
    int second = number(text, from + 17, 2);
    if (year < 0
        || month < 1
        || month > 12
        || day < 1
        || day > daysOf(year, month)
        || !isBetween(hour, 0, 23)
        || !isBetween(minute, 0, 59)
        || !isBetween(second, 0, 60)) {
      return NONE;
    }
    int at = from + SECONDS_END;
    int millis = 0;
    if (text[at] == '.') {
      int first = at + 1;
      at = first;
      for (int weight = 100; at < to && isDigit(text[at]); at++, weight /= 10) {
        millis += weight * (text[at] - '0');
      }
      if (at == first) {
        return NONE;
      }
    }
    int offset = offsetMinutes(text, at, to);
    if (offset == Integer.MIN_VALUE) {
      return NONE;
    }
    long minutes = (day(year, month, day) * 24 + hour) * 60 + minute - offset;
    return (minutes * 60 + second) * 1_000 + millis;
  }

  /** What the clock is ahead of UTC; the smallest integer for no offset. */
  private static int offsetMinutes(byte[] text, int from, int to) {
    if (to - from == 1 && (text[from] | 0x20) == 'z') {
      return 0;
    }
    if (to - from != OFFSET_LENGTH || text[from + 3] != ':') {
      return Integer.MIN_VALUE;
    }
    int hours = number(text, from + 1, 2);
    int minutes = number(text, from + 4, 2);
    if (!isBetween(hours, 0, 23) || !isBetween(minutes, 0, 59)) {
      return Integer.MIN_VALUE;
    }
    return switch (text[from]) {
      case '+' -> hours * 60 + minutes;
      case '-' -> -(hours * 60 + minutes);
      default -> Integer.MIN_VALUE;
    };
  }

  /** Days since the epoch. */
  private static long day(int year, int month, int day) {
    int before = year - 1;
    long leapDays = year == 0 ? 0 : before / 4 - before / 100 + before / 400 + 1;
    int leapDay = month > 2 && isLeap(year) ? 1 : 0;
    return year * 365L
        + leapDays
        + DAYS_BEFORE_MONTH[month - 1]
        + leapDay
        + (day - 1)
        - DAYS_BEFORE_1970;
  }

  private static int daysOf(int year, int month) {
    return month == 2 && isLeap(year)
        ? 29
        : DAYS_BEFORE_MONTH[month] - DAYS_BEFORE_MONTH[month - 1];
  }

  private static boolean isLeap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  private static int number(byte[] text, int from, int count) {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      if (!isDigit(text[i])) {
        return -1;
      }
      number = number * 10 + (text[i] - '0');
    }
    return number;
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9';
  }

  private static boolean isBetween(int number, int least, int most) {
    return number >= least && number <= most;
  }
}
