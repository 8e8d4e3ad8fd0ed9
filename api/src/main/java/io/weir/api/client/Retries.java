package io.weir.api.client;

import java.time.Duration;

/**
 * How often a call is tried again, and after which pauses.
 *
 * <p>Tried again is what is safe to repeat: everything where no connection came about, or where the
 * server refuses with 503 or 429; reads and checkpoints also where a connection broke. A pause
 * doubles from one attempt to the next, up to the longest; a random part of it is left out, so that
 * clients that failed together do not come back together. A {@code Retry-After} of the server is
 * waited for. What would begin behind the deadline of the call is not tried.
 *
 * @param most attempts after the first, 0 and more
 * @param firstPause before the first of them
 * @param longestPause no pause is longer but for a {@code Retry-After}
 * @param jitter the part of a pause that is left to chance, 0 to 1
 */
public record Retries(int most, Duration firstPause, Duration longestPause, double jitter) {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int MOST = 4;
  private static final double JITTER = 0.5;

  /** Checks the ranges. */
  public Retries {
    if (most < 0) {
      throw new IllegalArgumentException("most is " + most + "; allowed are 0 and more");
    }
    if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
      throw new IllegalArgumentException(
          "pauses are "
              + firstPause
              + " to "
              + longestPause
              + "; the first must not be negative, nor longer than the longest");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter is " + jitter + "; allowed are 0 to 1");
    }
  }

  /** Four, after 100 ms at first and 2 s at most, half of each left to chance. */
  public static Retries defaults() {
    return new Retries(MOST, FIRST_PAUSE, LONGEST_PAUSE, JITTER);
  }

  /** No attempt but the first. */
  public static Retries none() {
    return defaults().most(0);
  }

  /** Returns these with another number of attempts after the first. */
  public Retries most(int attempts) {
    return new Retries(attempts, firstPause, longestPause, jitter);
  }

  /** Returns these with other pauses. */
  public Retries pauses(Duration first, Duration longest) {
    return new Retries(most, first, longest, jitter);
  }

  /**
   * Returns the pause before an attempt.
   *
   * @param before attempts after the first that have been made, 0 and more
   * @param chance 0 to below 1
   */
  Duration pause(long before, double chance) {
    // A shift by more would be one of less: after 30 doublings every pause is the longest.
    long doubled = before > 30 ? Long.MAX_VALUE : 1L << before;
    double nanos =
        Math.min((double) firstPause.toNanos() * doubled, (double) longestPause.toNanos());
    return Duration.ofNanos(Math.round(nanos * (1 - jitter * chance)));
  }
}
