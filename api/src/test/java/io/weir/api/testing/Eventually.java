package io.weir.api.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
public final class Eventually {

  private static final long POLL_NANOS = 2_000_000;

  private Eventually() {}

  /** Returns when the condition holds; fails when it does not come to hold in time. */
  public static void holds(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + ApiFixture.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (Thread.interrupted()) {
        fail("interrupted while it was not so: " + what);
      }
      if (System.nanoTime() > end) {
        fail("still not so after " + ApiFixture.PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
