package io.weir.api.http;

import java.util.concurrent.ThreadLocalRandom;

/**
 * When a client that was refused should ask again: soon, and not all of them at the same moment.
 */
public final class RetryAfter {

  /** The header's name. */
  public static final String HEADER = "Retry-After";

  /** So many further seconds, at most. */
  private static final int SPREAD_SECONDS = 3;

  private RetryAfter() {}

  /** Returns the header's value for what may be over in a second: 1 to 4, at random. */
  public static String seconds() {
    return seconds(1);
  }

  /** Returns the header's value: so many seconds, and up to three more, at random. */
  public static String seconds(int least) {
    return Integer.toString(least + ThreadLocalRandom.current().nextInt(SPREAD_SECONDS + 1));
  }
}
