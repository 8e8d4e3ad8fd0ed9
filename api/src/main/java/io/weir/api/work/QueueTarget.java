package io.weir.api.work;

import java.time.Duration;

/**
 * How long work may wait in a queue that does not drain: three times what it takes, and within
 * these bounds.
 *
 * @param least what the time never falls below, above zero
 * @param most what it never rises above
 */
public record QueueTarget(Duration least, Duration most) {

  /** Checks the order. */
  public QueueTarget {
    if (!least.isPositive() || least.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "least is " + least + " and most " + most + "; least is above zero and not above most");
    }
  }
}
