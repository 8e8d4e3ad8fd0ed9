package io.weir.deploy.config;

import java.time.Duration;

/**
 * Where the logs of requests go. The log of events goes to standard error, always.
 *
 * @param access where a line for each request goes
 * @param slowQueries where a line for each query goes that took too long
 * @param slowQueryThreshold how long that is
 */
public record LogConfig(Target access, Target slowQueries, Duration slowQueryThreshold) {

  /** Where lines go. */
  public enum Target {
    /** Nowhere. */
    NONE,
    /** Standard output. */
    STDOUT,
    /** Standard error, among the events. */
    STDERR
  }

  /** No line for each request; slow queries among the events, from half a second on. */
  public static LogConfig defaults() {
    return new LogConfig(Target.NONE, Target.STDERR, Duration.ofMillis(500));
  }

  /** From how long on a query is told of; zero for never. */
  public Duration slowQuery() {
    return slowQueries == Target.NONE ? Duration.ZERO : slowQueryThreshold;
  }
}
