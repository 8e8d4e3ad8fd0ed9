package io.weir.api.http;

import io.micrometer.core.instrument.Counter;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections that a limit has refused, and says so in the log: of the first, and from
 * then on once a minute at most, with how many there were. So whoever floods the server does not
 * flood its log.
 *
 * <p><b>Threads:</b> one.
 */
final class RefusedConnections {

  private static final Logger LOG = LoggerFactory.getLogger(RefusedConnections.class);
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Counter counter;
  private final String reason;
  private long untold;
  private long toldNanos = System.nanoTime() - SILENCE_NANOS;

  /**
   * None yet.
   *
   * @param reason why they are refused, for the log
   */
  RefusedConnections(Counter counter, String reason) {
    this.counter = counter;
    this.reason = reason;
  }

  /** One from this address has been refused. */
  void refused(InetAddress address) {
    counter.increment();
    untold++;
    long now = System.nanoTime();
    if (now - toldNanos < SILENCE_NANOS) {
      return;
    }
    LOG.warn(
        "connections closed at once: {}, the latest from {}: {}",
        untold,
        address.getHostAddress(),
        reason);
    untold = 0;
    toldNanos = now;
  }
}
