package io.weir.api;

import java.time.Duration;

/**
 * How many views of a collection clients may hold, and for how long. A view that is held keeps
 * replaced rows and merged files on the disk.
 *
 * @param cursors search cursors at a time, at least 1; further ones are refused with 503
 * @param cursorIdle a cursor that is not used for so long is gone
 * @param cursorMaxAge a cursor is gone after so long, used or not
 * @param exports exports at a time, at least 1; further ones are refused with 503
 * @param exportMaxAge longest time of an export, however slowly its client reads
 */
public record ViewSettings(
    int cursors, Duration cursorIdle, Duration cursorMaxAge, int exports, Duration exportMaxAge) {

  private static final ViewSettings DEFAULTS =
      new ViewSettings(
          64, Duration.ofMinutes(1), Duration.ofMinutes(10), 8, Duration.ofMinutes(30));

  /** Checks the ranges. */
  public ViewSettings {
    if (cursors < 1 || exports < 1) {
      throw new IllegalArgumentException(
          "cursors are " + cursors + " and exports " + exports + "; allowed are 1 and more");
    }
    if (!cursorIdle.isPositive() || !cursorMaxAge.isPositive() || !exportMaxAge.isPositive()) {
      throw new IllegalArgumentException(
          "times of cursors are "
              + cursorIdle
              + " and "
              + cursorMaxAge
              + ", of exports "
              + exportMaxAge
              + "; allowed are times above zero");
    }
  }

  /**
   * 64 cursors, each for a minute after its last use and 10 minutes in all; 8 exports, each for 30
   * minutes.
   */
  public static ViewSettings defaults() {
    return DEFAULTS;
  }
}
