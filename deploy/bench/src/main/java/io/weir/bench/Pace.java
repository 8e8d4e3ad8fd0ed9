package io.weir.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** So many a second, evenly; what could not be done in time is done as soon as it can be. */
final class Pace {
  private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  private Pace() {}

  /** Runs a step at a rate for as long as a condition holds. */
  static void run(double aSecond, BooleanSupplier goesOn, Runnable step) {
    long started = System.nanoTime();
    long done = 0;
    while (goesOn.getAsBoolean()) {
      long due = (long) ((System.nanoTime() - started) / 1e9 * aSecond);
      if (done >= due) {
        LockSupport.parkNanos(NAP_NANOS);
      } else {
        step.run();
        done++;
      }
    }
  }
}
