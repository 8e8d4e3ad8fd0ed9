package io.weir.deploy.config;

import java.time.Duration;

/**
 * What clients that watch may use up.
 *
 * @param watchers clients at a time, at least 1
 * @param maxLag records that one may fall behind by, at least 1
 * @param resume how long one can be away and go on where it was
 */
public record WatchConfig(int watchers, int maxLag, Duration resume) {

  /** The most clients that can be allowed to watch. */
  public static final int MAX_WATCHERS = 1_000_000;

  /** The longest time for which a client can be away. */
  public static final Duration MAX_RESUME = Duration.ofDays(1);

  /** 1,000 clients; 100,000 records; a minute. */
  public static WatchConfig defaults() {
    return new WatchConfig(1_000, 100_000, Duration.ofMinutes(1));
  }
}
