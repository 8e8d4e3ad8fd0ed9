package io.weir.deploy;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One step of a stop: it may fail or hang, and the next one is taken nevertheless. */
final class BoundedStep {

  private static final Logger LOG = LoggerFactory.getLogger(BoundedStep.class);

  private BoundedStep() {}

  /** What is to be done; nobody interrupts it, for that would close the files it works on. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /**
   * Does a step on a thread of its own and waits for it.
   *
   * @param name what is stopped, for the log
   * @return whether it was done in time and without failing
   */
  static boolean run(String name, Duration limit, Work work) {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          work.run();
          return true;
        });
    Thread.ofPlatform().name("weir-stop-step").daemon().start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      LOG.error("stopping {} failed", name, e.getCause());
    } catch (TimeoutException e) {
      LOG.error("stopping {} takes more than {} s; going on without", name, limit.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.error("not waiting for {}: interrupted", name);
    }
    return false;
  }
}
