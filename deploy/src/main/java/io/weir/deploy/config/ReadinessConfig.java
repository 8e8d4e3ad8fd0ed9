package io.weir.deploy.config;

import java.time.Duration;

/**
 * When {@code /readyz} says that requests should be sent here.
 *
 * @param waitFor what is waited for after the start
 * @param maxTimeLag not ready while a partition may be further behind than this; zero for no limit
 */
public record ReadinessConfig(WaitFor waitFor, Duration maxTimeLag) {

  /** What is waited for after the start. */
  public enum WaitFor {
    /** Until every partition has passed the end that it had at the start. */
    CAUGHT_UP,
    /** Nothing: what has been recovered is enough. */
    NOTHING
  }

  /** Waits until it is caught up, once. */
  public static ReadinessConfig defaults() {
    return new ReadinessConfig(WaitFor.CAUGHT_UP, Duration.ZERO);
  }
}
