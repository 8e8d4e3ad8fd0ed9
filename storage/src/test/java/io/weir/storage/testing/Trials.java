package io.weir.storage.testing;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Independent random trials on all cores. Each has a random generator of its own, and a failure
 * says how to run that one trial again.
 */
public final class Trials {
  /** The seed of all that is random: {@code -Dweir.seed}, or a new one. */
  public static final long SEED = Long.getLong("weir.seed", System.nanoTime());

  /** The only trial to run, or -1 for all. */
  private static final int ONLY = Integer.getInteger("weir.trial", -1);

  private Trials() {}

  /** One trial. */
  @FunctionalInterface
  public interface Trial {
    /** Throws whatever is wrong. */
    void run(int number, Random random) throws Exception;
  }

  /** How to run everything again. */
  public static String rerun() {
    return "rerun with -Dweir.seed=" + SEED;
  }

  /** The random generator of a trial. */
  public static Random random(int trial) {
    return new Random(SEED * 0x9E37_79B9_7F4A_7C15L + trial);
  }

  /** Runs trials 0 to {@code count - 1}; the first that fails ends them all. */
  public static void run(int count, Trial trial) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable AssertionError> failed = new AtomicReference<>();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            if (ONLY >= 0 && i != ONLY) {
              continue;
            }
            try {
              trial.run(i, random(i));
            } catch (Exception | Error e) {
              String message = "trial " + i + ": " + e + "; " + rerun() + " -Dweir.trial=" + i;
              failed.compareAndSet(null, new AssertionError(message, e));
              next.set(count);
            }
          }
        };
    int workers = Runtime.getRuntime().availableProcessors();
    try (ExecutorService executor =
        Executors.newFixedThreadPool(workers, Thread.ofPlatform().name("trials-", 0).factory())) {
      for (int i = 0; i < workers; i++) {
        executor.execute(worker);
      }
      executor.shutdown();
      if (!executor.awaitTermination(95, TimeUnit.MINUTES)) {
        executor.shutdownNow();
        throw new AssertionError("trials hang; " + rerun());
      }
    }
    AssertionError failure = failed.get();
    if (failure != null) {
      throw failure;
    }
  }
}
