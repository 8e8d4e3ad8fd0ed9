package io.weir.deploy.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wish to stop, and the news that all has stopped.
 *
 * <p>The virtual machine ends when its shutdown hooks have returned. The hook here turns SIGINT and
 * SIGTERM into a request and then waits for the command to have stopped everything.
 */
public final class StopRequest {

  /** A stop that takes longer is cut off; the next start recovers. */
  public static final int STOP_LIMIT_SECONDS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(StopRequest.class);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Lets the end of the process ask, and wait until the stop is confirmed. */
  public void requestWhenProcessEnds() {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("weir-stop").unstarted(this::requestAndWait));
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
  public void request() {
    requested.countDown();
  }

  /** Whether somebody has asked. */
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits until somebody asks. */
  public void awaitRequest() throws InterruptedException {
    requested.await();
  }

  /** Waits for the request for a while; returns whether it came. */
  public boolean awaitRequest(Duration limit) throws InterruptedException {
    return requested.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Says that everything has stopped. */
  public void confirmStopped() {
    stopped.countDown();
  }
}
