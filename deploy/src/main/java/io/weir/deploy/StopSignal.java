package io.weir.deploy;

import java.util.concurrent.CountDownLatch;

/** Ctrl-C, SIGTERM, or the end of the process for another reason. */
public final class StopSignal {

  private StopSignal() {}

  /**
   * Runs the process until it is told to stop. The process ends when {@code stop} returns, so this
   * method does not, unless its thread is interrupted.
   *
   * @param stop takes everything down; has a bound of its own; called once, on another thread
   */
  public static void await(Runnable stop) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("weir-stop").unstarted(stop));
    never.await();
  }
}
