package io.weir.ingest.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, with a bound. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Await() {}

  /** Returns when the condition holds; fails with the description after a minute. */
  public static void until(Supplier<String> description, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new AssertionError("interrupted before: " + description.get());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + LIMIT + ": " + description.get());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** As {@link #until(Supplier, BooleanSupplier)}, with a fixed description. */
  public static void until(String description, BooleanSupplier condition) {
    until(() -> description, condition);
  }
}
