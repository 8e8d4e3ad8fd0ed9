package io.weir.api.view;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.RetryAfter;
import io.weir.storage.CollectionView;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Views that are held: at most so many, each until it is closed, has not been used for a while, or
 * is too old. They are closed on a thread of their own, for that may unmap files.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> owns the views and closes them with itself.
 */
public final class HeldViews implements AutoCloseable {

  /** Views are held for longer than threads are. */
  private static final int RETRY_AFTER_SECONDS = 5;

  private final String name;
  private final int most;
  private final Duration idle;
  private final Duration maxAge;
  private final Semaphore free;
  private final LongAdder refused = new LongAdder();
  private final Set<Held> held = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor closer;

  /**
   * Holds none yet.
   *
   * @param name what they are for, in the plural; in messages
   * @param most how many at a time
   * @param idle how long one is kept after its last use
   * @param maxAge how long one is kept at most
   */
  public HeldViews(String name, int most, Duration idle, Duration maxAge) {
    this.name = name;
    this.most = most;
    this.idle = idle;
    this.maxAge = maxAge;
    this.free = new Semaphore(most);
    this.closer =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("weir-" + name).daemon().unstarted(task));
    closer.setRemoveOnCancelPolicy(true);
    closer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Pins a view. */
  @FunctionalInterface
  public interface Pinning {

    /** Pins it; whoever calls closes it. */
    CollectionView pin() throws IOException;
  }

  /**
   * Pins a view and holds it.
   *
   * @throws ProblemException {@link ProblemType#OVERLOADED} if there are as many as there may be
   */
  public Held hold(Pinning pinning) throws IOException {
    if (!free.tryAcquire()) {
      refused.increment();
      throw Problem.of(
              ProblemType.OVERLOADED,
              most + " " + name + " are open, which is the limit; try again later")
          .withHeader(RetryAfter.HEADER, RetryAfter.seconds(RETRY_AFTER_SECONDS))
          .toException();
    }
    try {
      Held one = new Held(pinning.pin());
      held.add(one);
      one.use();
      return one;
    } catch (Throwable e) {
      free.release();
      throw e;
    }
  }

  /** What they are for, in the plural. */
  public String name() {
    return name;
  }

  /** How many are held now. */
  public int count() {
    return held.size();
  }

  /** How many may be held. */
  public int most() {
    return most;
  }

  /** How many were refused since the start, for there were as many as there may be. */
  public long refused() {
    return refused.sum();
  }

  /** How long one is held after its last use. */
  public Duration idle() {
    return idle;
  }

  /** Longest time that one is held. */
  public Duration maxAge() {
    return maxAge;
  }

  /** Closes all of them. */
  @Override
  public void close() {
    closer.shutdown();
    held.forEach(Held::closeNow);
  }

  /** A view that is held. */
  public final class Held {
    private final CollectionView view;
    private final long heldSinceNanos = System.nanoTime();
    private @Nullable ScheduledFuture<?> end;
    private boolean over;

    private Held(CollectionView view) {
      this.view = view;
    }

    /** The view; it says so when it is closed. */
    public CollectionView view() {
      return view;
    }

    /** Says that the view is used: its idle time begins anew, its age does not. */
    public synchronized void use() {
      endIn(Math.min(idle.toNanos(), leftNanos()));
    }

    /** Says that the view is used from now on until it is closed: only its age ends it. */
    public synchronized void keep() {
      endIn(leftNanos());
    }

    private long leftNanos() {
      return maxAge.toNanos() - (System.nanoTime() - heldSinceNanos);
    }

    private synchronized void endIn(long nanos) {
      if (over) {
        return;
      }
      if (end != null) {
        end.cancel(false);
      }
      try {
        end = closer.schedule(this::closeNow, nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException stopped) {
        closeNow();
      }
    }

    /** Whether it is closed. */
    public synchronized boolean isOver() {
      return over;
    }

    /** Gives it up; does not wait. Further calls do nothing. */
    public void close() {
      try {
        closer.execute(this::closeNow);
      } catch (RejectedExecutionException stopped) {
        closeNow();
      }
    }

    private synchronized void closeNow() {
      if (over) {
        return;
      }
      over = true;
      if (end != null) {
        end.cancel(false);
      }
      held.remove(this);
      try {
        view.close();
      } finally {
        free.release();
      }
    }
  }
}
