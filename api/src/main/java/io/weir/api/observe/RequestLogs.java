package io.weir.api.observe;

import java.time.Duration;

/**
 * Which requests are logged. Who reads the loggers {@code weir.access} and {@code weir.slow-query},
 * and where they go, is whoever configures the logging's to say.
 *
 * @param access whether each request is a line of the access log
 * @param slowQuery a query that takes as long is a line of the other one; zero for none
 */
public record RequestLogs(boolean access, Duration slowQuery) {

  private static final RequestLogs DEFAULTS = new RequestLogs(false, Duration.ofMillis(500));

  /** Checks the range. */
  public RequestLogs {
    if (slowQuery.isNegative()) {
      throw new IllegalArgumentException(
          "slowQuery is " + slowQuery + "; allowed are times above zero, and zero for none");
    }
  }

  /** No access log; queries of half a second and more are slow. */
  public static RequestLogs defaults() {
    return DEFAULTS;
  }

  boolean isSlow(Duration took) {
    return slowQuery.isPositive() && took.compareTo(slowQuery) >= 0;
  }
}
