package io.weir.storage;

import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.CheckpointReport.Trigger;
import io.weir.storage.segment.SegmentSet;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs checkpoints, one at a time, on a thread of its own: by schedule, when memory runs short, and
 * on request.
 *
 * <p><b>Threads:</b> the thread is a plain platform thread that nobody else knows, so nobody can
 * interrupt it: an interrupt would close the files that it writes to.
 */
final class Checkpointer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
  private static final int HISTORY = 100;

  /** After a failure the next run comes so soon, unless somebody asks for one before. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<List<LocalShard>> shards;
  private final long intervalNanos;
  private final Clock clock;
  private final ByteBuffer piece = ByteBuffer.allocateDirect(SegmentSet.pieceBytes());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final AtomicBoolean sizeWanted = new AtomicBoolean();
  private final Deque<CheckpointReport> history = new ArrayDeque<>();
  private final Thread thread;
  private List<CompletableFuture<CheckpointReport>> requests = new ArrayList<>();
  private boolean closed;

  /**
   * Does nothing before {@link #start}.
   *
   * @param shards the shards there are, in the order in which they are written
   * @param interval time between scheduled runs; zero for none
   */
  Checkpointer(Supplier<List<LocalShard>> shards, Duration interval, Clock clock) {
    this.shards = shards;
    this.intervalNanos = interval.toNanos();
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("weir-checkpoint").unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  /** Asks for a run that begins after this call. */
  CompletableFuture<CheckpointReport> request() {
    CompletableFuture<CheckpointReport> report = new CompletableFuture<>();
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store is closed");
      }
      requests.add(report);
      wake.signal();
    } finally {
      lock.unlock();
    }
    return report;
  }

  /** Says that memory runs short; cheap enough to be said with every append. */
  void memoryRunsShort() {
    if (sizeWanted.compareAndSet(false, true)) {
      lock.lock();
      try {
        wake.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Latest first. */
  List<CheckpointReport> history() {
    lock.lock();
    try {
      return List.copyOf(history);
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    long last = System.nanoTime();
    long waitNanos = intervalNanos;
    boolean failing = false;
    while (true) {
      Optional<Trigger> trigger = awaitTrigger(last, waitNanos, failing);
      if (trigger.isEmpty()) {
        return;
      }
      last = System.nanoTime();
      List<CompletableFuture<CheckpointReport>> answered = takeRequests();
      waitNanos = RETRY_NANOS;
      failing = true;
      try {
        CheckpointReport report = run(trigger.get());
        if (report.succeeded()) {
          waitNanos = intervalNanos;
          failing = false;
        }
        answered.forEach(request -> request.complete(report));
      } catch (RuntimeException | Error e) {
        // The rows are still hot and the next run tries again; the thread must live to do so.
        LOG.error("checkpoint failed", e);
        answered.forEach(request -> request.completeExceptionally(e));
      }
    }
  }

  /**
   * Waits for a reason to run; empty when closed.
   *
   * @param waitNanos time from {@code last} until a run is due by itself; zero for never
   * @param failing whether the last run failed: memory that runs short does not make the disk
   *     better
   */
  private Optional<Trigger> awaitTrigger(long last, long waitNanos, boolean failing) {
    lock.lock();
    try {
      while (!closed) {
        if (!requests.isEmpty()) {
          return Optional.of(Trigger.REQUEST);
        }
        if (sizeWanted.get() && !failing) {
          return Optional.of(Trigger.SIZE);
        }
        if (waitNanos == 0) {
          wake.awaitUninterruptibly();
          continue;
        }
        if (wake.awaitNanos(last + waitNanos - System.nanoTime()) <= 0) {
          return Optional.of(Trigger.SCHEDULE);
        }
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException("somebody interrupted the checkpoint thread", e);
    } finally {
      lock.unlock();
    }
  }

  private List<CompletableFuture<CheckpointReport>> takeRequests() {
    lock.lock();
    try {
      // Reset before the run: what is appended during it asks again.
      sizeWanted.set(false);
      List<CompletableFuture<CheckpointReport>> taken = requests;
      requests = new ArrayList<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private CheckpointReport run(Trigger trigger) {
    long started = System.nanoTime();
    var startedAt = clock.instant();
    List<ShardCheckpoint> done = new ArrayList<>();
    for (LocalShard shard : shards.get()) {
      Optional<ShardCheckpoint> result = shard.checkpoint(piece);
      result.ifPresent(done::add);
      result
          .flatMap(ShardCheckpoint::failure)
          .ifPresent(failure -> LOG.error("checkpoint of {} failed: {}", shard, failure));
    }
    CheckpointReport report =
        new CheckpointReport(
            trigger, startedAt, Duration.ofNanos(System.nanoTime() - started), List.copyOf(done));
    if (!done.isEmpty()) {
      remember(report);
    }
    return report;
  }

  private void remember(CheckpointReport report) {
    LOG.debug("checkpoint: {}", report);
    lock.lock();
    try {
      history.addFirst(report);
      if (history.size() > HISTORY) {
        history.removeLast();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets a running checkpoint finish; requests that have not begun fail. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wake.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    takeRequests()
        .forEach(request ->
            request.completeExceptionally(new IllegalStateException("the store is closed")));
  }
}
