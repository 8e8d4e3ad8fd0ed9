package io.weir.api.access;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Bounds the requests of each key: so many a second on average, so many at once.
 *
 * <p>Of each key one number is kept: when its requests so far would be used up at the allowed rate.
 * A request that would move it more than a second ahead is one too many, and does not count.
 *
 * <p><b>Threads:</b> any; takes no lock.
 */
final class RateLimit {

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final long requestNanos;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, AtomicLong> usedUpByKey = new ConcurrentHashMap<>();

  /**
   * Limits.
   *
   * @param requestsPerSecond at least 1
   * @param nanoTime a clock, such as {@link System#nanoTime}
   */
  RateLimit(int requestsPerSecond, LongSupplier nanoTime) {
    this.requestNanos = SECOND_NANOS / requestsPerSecond;
    this.nanoTime = nanoTime;
  }

  /** Whether there is room for a request of a key, which counts then. */
  boolean take(String name) {
    long now = nanoTime.getAsLong();
    AtomicLong usedUp = usedUpByKey.computeIfAbsent(name, _ -> new AtomicLong(now));
    while (true) {
      long before = usedUp.get();
      long from = before - now > 0 ? before : now;
      if (from + requestNanos - now > SECOND_NANOS) {
        return false;
      }
      if (usedUp.compareAndSet(before, from + requestNanos)) {
        return true;
      }
    }
  }
}
