package io.weir.deploy.terminal;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Figures {

  private static final long MILLIS_PER_SECOND = 1_000;
  private static final int BYTES_PER_UNIT = 1 << 10;
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Figures() {}

  /** {@code 35,884}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 12 ms} or {@code 2.3 s}. */
  public static String duration(Duration duration) {
    return duration.toMillis() < MILLIS_PER_SECOND
        ? duration.toMillis() + " ms"
        : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / (double) MILLIS_PER_SECOND);
  }

  /** {@code 512 bytes} or {@code 38.1 MiB}. */
  public static String bytes(long bytes) {
    if (bytes < BYTES_PER_UNIT) {
      return bytes + " bytes";
    }
    double value = bytes;
    int unit = -1;
    while (value >= BYTES_PER_UNIT) {
      value /= BYTES_PER_UNIT;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
