package io.weir.api.work;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.RetryAfter;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A fixed number of platform threads with a bounded queue in front.
 *
 * <p>Work that is cancelled or late leaves the queue at once; running work is told by a flag, never
 * by an interrupt, which would close the store's files under it. Where more comes than can be done,
 * the queue does not stand: see {@link QueueDelay}.
 *
 * <p><b>Threads:</b> any.
 */
public final class WorkerPool {

  private final String name;
  private final ThreadPoolExecutor executor;
  private final Duration deadline;
  private final QueueDelay delay;
  private final LongAdder begun = new LongAdder();
  private final LongAdder waitedNanos = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private volatile boolean stopped;

  /**
   * Makes a pool whose work waits until its deadline, if it has to; its threads start with the
   * first work.
   *
   * @param name what the work is, in the plural; in thread names and messages
   * @param threads how much runs at a time
   * @param queue how much waits, at least 1
   * @param deadline longest time in queue and at work together
   */
  public WorkerPool(String name, int threads, int queue, Duration deadline) {
    this(name, threads, queue, deadline, new QueueTarget(deadline, deadline));
  }

  /**
   * Makes a pool whose work is refused where more comes than can be done.
   *
   * @param target how long work then waits at most
   */
  public WorkerPool(String name, int threads, int queue, Duration deadline, QueueTarget target) {
    this.name = name;
    this.deadline = deadline;
    this.delay = new QueueDelay(threads, target);
    AtomicInteger number = new AtomicInteger();
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queue),
            task ->
                Thread.ofPlatform()
                    .name("weir-" + name + "-" + number.getAndIncrement())
                    .daemon()
                    .unstarted(task));
  }

  /**
   * Does the work when subscribed to.
   *
   * <p><b>Errors:</b> what the work throws; {@link ProblemType#OVERLOADED} if the queue is full, or
   * the work has waited too long in one that does not drain; {@link ProblemType#DEADLINE_PASSED},
   * and then the work is cancelled; {@link ProblemType#STOPPING} after {@link #stop}.
   *
   * <p><b>Cancellation:</b> takes the work out of the queue, or raises its flag.
   */
  public <T> Mono<T> run(Work<T> work) {
    return run(deadline, work);
  }

  /** As {@link #run(Work)}, with what is left of the deadline of a request that has waited. */
  public <T> Mono<T> run(Duration left, Work<T> work) {
    return Mono.<T>create(sink -> enqueue(work, sink))
        .timeout(left, Mono.error(this::deadlinePassed))
        // Asks at once: without it what nobody has taken yet would count as still at work.
        .flux()
        .onBackpressureBuffer(1)
        .next();
  }

  /** Longest time in queue and at work together. */
  public Duration deadline() {
    return deadline;
  }

  private <T> void enqueue(Work<T> work, MonoSink<T> sink) {
    Task<T> task = new Task<>(work, sink);
    sink.onCancel(() -> {
      task.cancelled.set(true);
      cancelled.increment();
      executor.remove(task);
    });
    try {
      delay.queued(queued(), task.queuedNanos);
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      refused.increment();
      sink.error(executor.isShutdown() ? stopping() : full());
    }
  }

  /** What the work is, in the plural. */
  public String name() {
    return name;
  }

  /** How much work was begun since the start. */
  public long begun() {
    return begun.sum();
  }

  /** How long that waited in the queue, together. */
  public Duration waited() {
    return Duration.ofNanos(waitedNanos.sum());
  }

  /** How much work was refused: no room, too long a wait, or the pool stopped. */
  public long refused() {
    return refused.sum();
  }

  /** How much work was given up at its deadline. */
  public long late() {
    return late.sum();
  }

  /** How much work was given up before its end: at its deadline, or because nobody waited. */
  public long cancelled() {
    return cancelled.sum();
  }

  /** How much work runs now. */
  public int running() {
    return executor.getActiveCount();
  }

  /** How much work waits now. */
  public int queued() {
    return executor.getQueue().size();
  }

  /**
   * Takes no further work, drops what waits, raises the flag of what runs, and waits for that to
   * end.
   *
   * @return whether everything ended within the bound
   */
  public boolean stop(Duration bound) throws InterruptedException {
    stopped = true;
    executor.shutdown();
    return executor.awaitTermination(bound.toMillis(), TimeUnit.MILLISECONDS);
  }

  private ProblemException full() {
    return retryLater(
        ProblemType.OVERLOADED,
        executor.getMaximumPoolSize()
            + " "
            + name
            + " run and "
            + queued()
            + " wait, which is the limit; try again later");
  }

  private ProblemException waitedTooLong(long waitedNanos) {
    return retryLater(
        ProblemType.OVERLOADED,
        "this has waited for "
            + TimeUnit.NANOSECONDS.toMillis(waitedNanos)
            + " ms, and more "
            + name
            + " come than can be done; try again later");
  }

  private static ProblemException stopping() {
    return retryLater(ProblemType.STOPPING, "the server is about to stop; ask another one");
  }

  private static ProblemException retryLater(ProblemType type, String detail) {
    return Problem.of(type, detail)
        .withHeader(RetryAfter.HEADER, RetryAfter.seconds())
        .toException();
  }

  private ProblemException deadlinePassed() {
    late.increment();
    return Problem.of(
            ProblemType.DEADLINE_PASSED,
            "the request was given up after " + deadline.toMillis() + " ms in queue and at work")
        .toException();
  }

  private final class Task<T> implements Runnable {
    private final Work<T> work;
    private final MonoSink<T> sink;
    private final long queuedNanos = System.nanoTime();
    private final AtomicBoolean cancelled = new AtomicBoolean();

    Task(Work<T> work, MonoSink<T> sink) {
      this.work = work;
      this.sink = sink;
    }

    boolean isCancelled() {
      return cancelled.get() || stopped;
    }

    @Override
    public void run() {
      if (isCancelled()) {
        sink.error(stopping());
        return;
      }
      long now = System.nanoTime();
      if (delay.isTooLong(now - queuedNanos, queued(), now)) {
        refused.increment();
        sink.error(waitedTooLong(now - queuedNanos));
        return;
      }
      begun.increment();
      waitedNanos.add(now - queuedNanos);
      try {
        T result = work.run(this::isCancelled);
        delay.worked(System.nanoTime() - now);
        sink.success(result);
      } catch (Throwable e) {
        sink.error(e);
      }
    }
  }
}
