package io.weir.storage;

import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.CheckpointReport.Trigger;
import io.weir.storage.StoreTotals.CheckpointTotals;
import io.weir.storage.segment.SegmentSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs checkpoints, one at a time, on a thread of its own: by schedule, of the shards whose turn it
 * is; when memory runs short, on request and after a failure, of all.
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
  private final CheckpointTicks<LocalShard> ticks;
  private final Clock clock;
  private final Consumer<CheckpointReport> written;
  private final boolean onCallersThread;
  private final ByteBuffer piece;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final AtomicBoolean sizeWanted = new AtomicBoolean();
  private final FailureLog failures = new FailureLog(LOG);
  private final Deque<CheckpointReport> history = new ArrayDeque<>();
  private final Thread thread;
  private final Deque<ShardRequest> shardRequests = new ArrayDeque<>();
  private List<CompletableFuture<CheckpointReport>> requests = new ArrayList<>();
  private boolean closed;

  /** By trigger, every one; under the lock. */
  private final Map<Trigger, CheckpointTotals> totals = new EnumMap<>(Trigger.class);

  /** Changed by the thread that runs checkpoints only. */
  private volatile CheckpointTimes times = CheckpointTimes.NONE;

  /** Whether the last run failed. Of that thread, as the next one. */
  private boolean failing;

  /** When all shards are tried again then. */
  private long retryAtNanos;

  /** What the thread does next. */
  private sealed interface Task {}

  /** Nobody has asked for anything for as long as the thread wanted to wait. */
  private record Elapsed() implements Task {}

  /** A checkpoint of all shards. */
  private record Run(Trigger trigger) implements Task {}

  /** A checkpoint of one shard, and what it is made for. */
  private record ShardRequest(
      LocalShard shard, AfterCheckpoint after, CompletableFuture<@Nullable Void> done)
      implements Task {}

  /** What the checkpoint of one shard is made for; done on the same thread. */
  @FunctionalInterface
  interface AfterCheckpoint {
    /**
     * Does it.
     *
     * @param failure why the checkpoint failed, if it did
     */
    void run(Optional<String> failure) throws IOException;
  }

  /**
   * Does nothing before {@link #start}.
   *
   * @param shards the shards there are, in the order in which they are written
   * @param schedule when there are runs by themselves
   * @param jitter the longest by which a shard is late then; see {@link CheckpointTicks}
   * @param written hears of each run that had something to write
   * @param callersPiece if present, there is no thread: requests run on the thread that makes them,
   *     with this buffer, and nothing runs by itself
   */
  Checkpointer(
      Supplier<List<LocalShard>> shards,
      CheckpointSchedule schedule,
      Duration jitter,
      Clock clock,
      Consumer<CheckpointReport> written,
      Optional<ByteBuffer> callersPiece) {
    this.shards = shards;
    this.onCallersThread = callersPiece.isPresent();
    this.piece = callersPiece.orElseGet(() -> ByteBuffer.allocateDirect(SegmentSet.pieceBytes()));
    this.ticks = new CheckpointTicks<>(schedule, jitter, LocalShard::checkpointShare);
    this.clock = clock;
    this.written = written;
    for (Trigger trigger : Trigger.values()) {
      totals.put(trigger, CheckpointTotals.NONE);
    }
    this.thread = Thread.ofPlatform().name("weir-checkpoint").unstarted(this::loop);
  }

  void start() {
    if (!onCallersThread) {
      ticks.restart(clock.instant(), System.nanoTime());
      times = times.withNext(ticks.next());
      thread.start();
    }
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
    if (onCallersThread) {
      runAll(Trigger.REQUEST);
    }
    return report;
  }

  /**
   * Asks for a checkpoint of one shard alone, followed by something else.
   *
   * @return completes when that has returned, or with what it has thrown
   */
  CompletableFuture<@Nullable Void> request(LocalShard shard, AfterCheckpoint after) {
    ShardRequest request = new ShardRequest(shard, after, new CompletableFuture<>());
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the store is closed");
      }
      if (!onCallersThread) {
        shardRequests.add(request);
        wake.signal();
      }
    } finally {
      lock.unlock();
    }
    if (onCallersThread) {
      carryOut(request);
    }
    return request.done();
  }

  private void carryOut(ShardRequest request) {
    try {
      Running running = new Running();
      Optional<ShardCheckpoint> part = request.shard().checkpoint(piece);
      report(Trigger.REQUEST, running, part.stream().toList());
      request.after().run(part.flatMap(ShardCheckpoint::failure));
      request.done().complete(null);
    } catch (IOException | RuntimeException | Error e) {
      request.done().completeExceptionally(e);
    }
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

  /** What all runs have come to, by trigger. */
  Map<Trigger, CheckpointTotals> totals() {
    lock.lock();
    try {
      return Map.copyOf(totals);
    } finally {
      lock.unlock();
    }
  }

  /** When it ran and when it will. */
  CheckpointTimes times() {
    return times;
  }

  private void loop() {
    for (Optional<Task> task = awaitTask(); task.isPresent(); task = awaitTask()) {
      long started = System.nanoTime();
      switch (task.get()) {
        case ShardRequest request -> carryOut(request);
        case Run(Trigger trigger) -> ended(started, restartAll(trigger));
        case Elapsed _ -> ended(started, failing ? restartAll(Trigger.SCHEDULE) : runDue());
      }
    }
  }

  private void ended(long startedNanos, boolean succeeded) {
    failing = !succeeded;
    if (failing) {
      retryAtNanos = startedNanos + RETRY_NANOS;
      Instant retryAt = clock.instant().plusNanos(retryAtNanos - System.nanoTime());
      times = times.withNext(Optional.of(retryAt));
    }
  }

  private boolean restartAll(Trigger trigger) {
    ticks.restart(clock.instant(), System.nanoTime());
    times = times.withNext(ticks.next());
    return runAll(trigger);
  }

  /** Runs the shards that the schedule wants now; returns whether none of them failed. */
  private boolean runDue() {
    try {
      List<LocalShard> due = ticks.takeDue(clock.instant(), System.nanoTime(), shards.get());
      times = times.withNext(ticks.next());
      return due.isEmpty() || run(Trigger.SCHEDULE, due).succeeded();
    } catch (RuntimeException | Error e) {
      LOG.error("checkpoint failed", e);
      return false;
    }
  }

  /** Runs all shards and answers those who asked before; returns whether it succeeded. */
  private boolean runAll(Trigger trigger) {
    List<CompletableFuture<CheckpointReport>> answered = takeRequests();
    try {
      CheckpointReport report = run(trigger, shards.get());
      answered.forEach(request -> request.complete(report));
      return report.succeeded();
    } catch (RuntimeException | Error e) {
      // The rows are still hot and the next run tries again; the thread must live to do so.
      LOG.error("checkpoint failed", e);
      answered.forEach(request -> request.completeExceptionally(e));
      return false;
    }
  }

  /** Waits for something to do; empty when closed. */
  private Optional<Task> awaitTask() {
    long left =
        failing ? retryAtNanos - System.nanoTime() : ticks.untilNextLook(clock.instant()).toNanos();
    lock.lock();
    try {
      while (!closed) {
        if (!shardRequests.isEmpty()) {
          return Optional.of(shardRequests.removeFirst());
        }
        if (!requests.isEmpty()) {
          return Optional.of(new Run(Trigger.REQUEST));
        }
        // Memory that runs short does not make a disk better that fails.
        if (sizeWanted.get() && !failing) {
          return Optional.of(new Run(Trigger.SIZE));
        }
        if (left <= 0) {
          return Optional.of(new Elapsed());
        }
        left = wake.awaitNanos(left);
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

  private CheckpointReport run(Trigger trigger, List<LocalShard> wanted) {
    Running running = new Running();
    times = times.started(running.startedAt);
    List<ShardCheckpoint> done = new ArrayList<>();
    for (LocalShard shard : wanted) {
      Optional<ShardCheckpoint> result = shard.checkpoint(piece);
      result.ifPresent(done::add);
      result.ifPresent(part -> failures.tell(shard.toString(), part.failure()));
    }
    CheckpointReport report = report(trigger, running, done);
    if (report.succeeded()) {
      times = times.succeeded(clock.instant());
    }
    return report;
  }

  /** A run that is going on. */
  private final class Running {
    final Instant startedAt = clock.instant();
    final long startedNanos = System.nanoTime();
    final CheckpointEvent event = CheckpointEvent.begun();
  }

  private CheckpointReport report(Trigger trigger, Running running, List<ShardCheckpoint> done) {
    Duration took = Duration.ofNanos(System.nanoTime() - running.startedNanos);
    CheckpointReport report =
        new CheckpointReport(trigger, running.startedAt, took, List.copyOf(done));
    if (!done.isEmpty()) {
      running.event.end(report);
      remember(report);
      written.accept(report);
    }
    return report;
  }

  private void remember(CheckpointReport report) {
    LOG.debug("checkpoint: {}", report);
    lock.lock();
    try {
      CheckpointTotals before = totals.getOrDefault(report.trigger(), CheckpointTotals.NONE);
      totals.put(report.trigger(), before.plus(report));
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
    Threads.joinUninterruptibly(thread);
    IllegalStateException why = new IllegalStateException("the store is closed");
    takeRequests().forEach(request -> request.completeExceptionally(why));
    takeShardRequests().forEach(request -> request.done().completeExceptionally(why));
  }

  private List<ShardRequest> takeShardRequests() {
    lock.lock();
    try {
      List<ShardRequest> taken = List.copyOf(shardRequests);
      shardRequests.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
