package io.weir.deploy.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wish to stop, and the news that all has stopped.
 *
 * <p>The virtual machine ends when its shutdown hooks have returned. The hook here turns SIGINT and
 * SIGTERM into a request and then waits for whoever runs the demo to have stopped everything.
 */
final class DemoStop {

  /** A stop that takes longer is cut off; the next start recovers. */
  static final int STOP_LIMIT_SECONDS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(DemoStop.class);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Lets the end of the process ask, and wait until the stop is confirmed. */
  void requestWhenProcessEnds() {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("demo-stop").unstarted(this::requestAndWait));
  }

  private void requestAndWait() {
    request();
    try {
      if (!stopped.await(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Not stopped after {} s; ending all the same", STOP_LIMIT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for the stop. */
  void request() {
    requested.countDown();
  }

  boolean isRequested() {
    return requested.getCount() == 0;
  }

  void awaitRequest() throws InterruptedException {
    requested.await();
  }

  /** Waits for the request for a while; returns whether it came. */
  boolean awaitRequest(Duration limit) throws InterruptedException {
    return requested.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Says that everything has stopped. */
  void confirmStopped() {
    stopped.countDown();
  }
}
