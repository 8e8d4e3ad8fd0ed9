package io.weir.deploy.config;

import java.time.Duration;

/**
 * What clients may hold of a collection: cursors of searches, and exports. Each keeps replaced rows
 * and merged files on the disk.
 *
 * @param cursors search cursors at a time
 * @param cursorIdleTime a cursor that is not used for so long is gone
 * @param cursorMaxAge a cursor is gone after so long, used or not
 * @param exports exports at a time
 * @param exportMaxAge longest time of an export
 */
public record ViewConfig(
    int cursors,
    Duration cursorIdleTime,
    Duration cursorMaxAge,
    int exports,
    Duration exportMaxAge) {

  /** The most cursors. */
  public static final int MAX_CURSORS = 100_000;

  /** The most exports. */
  public static final int MAX_EXPORTS = 1_000;

  /** The shortest of the times. */
  public static final Duration MIN_TIME = Duration.ofSeconds(1);

  /** The longest of the times. */
  public static final Duration MAX_TIME = Duration.ofDays(1);

  /**
   * 64 cursors, each for a minute after its last use and 10 minutes in all; 8 exports, each for 30
   * minutes.
   */
  public static ViewConfig defaults() {
    return new ViewConfig(
        64, Duration.ofMinutes(1), Duration.ofMinutes(10), 8, Duration.ofMinutes(30));
  }
}
