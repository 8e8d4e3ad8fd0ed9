package io.weir.storage.query;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The threads that score rows, for all collections of a store, beside those that ask. What is to be
 * done is done in the order in which it came, so whoever comes back after each piece of work shares
 * the threads fairly.
 *
 * <p>Threads start with the first work and end when there has been none for a while. Work that
 * comes after {@link #close} is done by whoever brings it.
 *
 * <p><b>Threads:</b> any.
 */
public final class ScoringPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 60;

  private final int threads;
  private final ThreadPoolExecutor executor;

  /** Work for which there are no threads. */
  private final Queue<Runnable> threadless = new ConcurrentLinkedQueue<>();

  private final AtomicInteger threadlessCount = new AtomicInteger();

  private final LongAdder passes = new LongAdder();
  private final LongAdder searches = new LongAdder();

  /**
   * A pool that has started nothing.
   *
   * @param threads how many; zero for none, and then whoever brings work does it
   */
  public ScoringPool(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.executor =
        new ThreadPoolExecutor(
            Math.max(1, threads),
            Math.max(1, threads),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .name("weir-score-" + number.getAndIncrement())
                    .daemon()
                    .unstarted(task));
    executor.allowCoreThreadTimeOut(true);
  }

  /** How many threads score a pass at once, at most; who asked for it is one of them. */
  int parallelism() {
    return Math.max(1, threads);
  }

  /** Counts a pass that so many searches share. */
  void countPass(int sharing) {
    passes.increment();
    searches.add(sharing);
  }

  /** Passes over rows that have begun. */
  public long passes() {
    return passes.sum();
  }

  /** Searches that had a place in them: a pass that two shared counts twice. */
  public long searches() {
    return searches.sum();
  }

  /** Does something, soon; it must not throw. */
  void execute(Runnable work) {
    if (threads > 0) {
      try {
        executor.execute(work);
        return;
      } catch (RejectedExecutionException closed) {
        // Somebody still wants an answer.
      }
    }
    executeHere(work);
  }

  /** One after the other, however deep the work that asks for more work. */
  private void executeHere(Runnable work) {
    threadless.add(work);
    if (threadlessCount.getAndIncrement() == 0) {
      do {
        threadless.remove().run();
      } while (threadlessCount.decrementAndGet() != 0);
    }
  }

  /** Ends the threads when what they have been given is done; does not wait for that. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
