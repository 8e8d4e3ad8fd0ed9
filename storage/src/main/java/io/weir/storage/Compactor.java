package io.weir.storage;

import io.weir.storage.CompactionReport.Merge;
import io.weir.storage.StoreTotals.MergeTotals;
import io.weir.storage.segment.MergePolicy;
import io.weir.storage.segment.MergeResources;
import io.weir.storage.segment.SegmentSet;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges small segments and drops dead rows, one merge at a time, on a thread of its own: after
 * checkpoints, and on request.
 *
 * <p>It holds up a checkpoint only while it looks for something to do and while it publishes, and
 * never a query.
 *
 * <p><b>Threads:</b> the thread is a plain platform thread that nobody else knows, so nobody can
 * interrupt it: an interrupt would close the files that it writes to.
 */
final class Compactor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  /** A request leaves no more dead rows than this: a caller who asks wants the bytes back. */
  private static final double DEAD_SHARE_OF_A_REQUEST = 0.02;

  /** After a failure, so long: a full or broken disk does not get better by being asked. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Without checkpoints, so long: rows leave a history of time while nothing comes in. */
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Merges of a shard in one run, beyond one a segment: a run ends however fast chunks come. */
  private static final int MORE_MERGES = 64;

  private final Supplier<List<LocalShard>> shards;
  private final CompactionOptions options;
  private final Clock clock;
  private final Consumer<Duration> merged;
  private final Pace pace;
  private final boolean onCallersThread;
  private final MergeResources resources;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final Thread thread;
  private List<CompletableFuture<CompactionReport>> requests = new ArrayList<>();

  /** Changed by the thread that merges only. */
  private volatile MergeTotals totals = MergeTotals.NONE;

  private boolean wanted;
  private boolean closed;

  /**
   * Does nothing before {@link #start}.
   *
   * @param readable says whether a part of a map can be read
   * @param merged hears how long each merge ran, those that failed included
   * @param callersPiece as that of the {@link Checkpointer}
   */
  Compactor(
      Supplier<List<LocalShard>> shards,
      CompactionOptions options,
      Clock clock,
      Predicate<MemorySegment> readable,
      Consumer<Duration> merged,
      Optional<ByteBuffer> callersPiece) {
    this.shards = shards;
    this.onCallersThread = callersPiece.isPresent();
    this.options = options;
    this.clock = clock;
    this.merged = merged;
    this.pace = new Pace(options.bytesPerSecond());
    this.resources =
        new MergeResources(
            pace,
            readable,
            callersPiece.orElseGet(() -> ByteBuffer.allocateDirect(SegmentSet.pieceBytes())));
    this.thread = Thread.ofPlatform().name("weir-compaction").unstarted(this::loop);
  }

  void start() {
    if (!onCallersThread) {
      thread.start();
      lookAgain();
    }
  }

  /** Says that there are new chunks or newly dead rows, or a collection that is declared now. */
  void lookAgain() {
    lock.lock();
    try {
      wanted = options.automatic();
      wake.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Asks for a run that begins after this call. */
  CompletableFuture<CompactionReport> request() {
    CompletableFuture<CompactionReport> report = new CompletableFuture<>();
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
      runOnce(takeTask());
    }
    return report;
  }

  /** Why the thread woke up: what callers asked for, or what there may be to do. */
  private record Task(List<CompletableFuture<CompactionReport>> requests) {
    MergePolicy policy(CompactionOptions options) {
      return requests.isEmpty()
          ? new MergePolicy(options.deadShare(), false, Set.of())
          : new MergePolicy(Math.min(options.deadShare(), DEAD_SHARE_OF_A_REQUEST), true, Set.of());
    }
  }

  private void loop() {
    boolean failed = false;
    while (true) {
      Optional<Task> task = awaitTask(failed);
      if (task.isEmpty()) {
        return;
      }
      failed = !runOnce(task.get());
    }
  }

  /** Runs and answers those who asked before; returns whether it succeeded. */
  private boolean runOnce(Task task) {
    try {
      CompactionReport report = run(task.policy(options));
      task.requests().forEach(request -> request.complete(report));
      return report.succeeded();
    } catch (RuntimeException | Error e) {
      // Published segments stay as they are; the thread must live to try again.
      LOG.error("compaction failed", e);
      task.requests().forEach(request -> request.completeExceptionally(e));
      return false;
    }
  }

  private Task takeTask() {
    lock.lock();
    try {
      wanted = false;
      List<CompletableFuture<CompactionReport>> taken = requests;
      requests = new ArrayList<>();
      return new Task(taken);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to do; empty when closed. */
  private Optional<Task> awaitTask(boolean failed) {
    lock.lock();
    try {
      long leftNanos = failed ? RETRY_NANOS : IDLE_NANOS;
      while (!closed) {
        boolean due = leftNanos <= 0 || (wanted && !failed);
        if (!requests.isEmpty() || due) {
          return Optional.of(takeTask());
        }
        if (options.automatic()) {
          leftNanos = wake.awaitNanos(leftNanos);
        } else {
          wake.await();
        }
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException("somebody interrupted the compaction thread", e);
    } finally {
      lock.unlock();
    }
  }

  private CompactionReport run(MergePolicy policy) {
    var startedAt = clock.instant();
    long started = System.nanoTime();
    List<Merge> merges = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (LocalShard shard : shards.get()) {
      compact(shard, policy, merges, failures);
    }
    CompactionReport report =
        new CompactionReport(
            startedAt,
            Duration.ofNanos(System.nanoTime() - started),
            List.copyOf(merges),
            List.copyOf(failures));
    LOG.debug("compaction: {}", report);
    return report;
  }

  /** A merge that fails leaves its segments as they are, and the others are merged all the same. */
  private void compact(
      LocalShard shard, MergePolicy policy, List<Merge> merges, List<String> failures) {
    Set<Long> failed = new HashSet<>();
    int most = shard.segments() + MORE_MERGES;
    for (int i = 0; i < most && !isClosed(); i++) {
      MergeEvent event = MergeEvent.begun();
      long started = System.nanoTime();
      totals = totals.begun();
      try {
        Optional<Merge> merge = shard.merges().merge(policy.barring(failed), resources, failed);
        if (merge.isEmpty()) {
          totals = totals.idle();
          return;
        }
        Duration took = since(started);
        event.end(merge.get());
        totals = totals.plus(merge.get(), took);
        merged.accept(took);
        merges.add(merge.get());
      } catch (IOException | RuntimeException | Error e) {
        if (!isClosed()) {
          LOG.warn("a merge of {} failed, its segments stay as they are: {}", shard, e.toString());
        }
        Duration took = since(started);
        event.end(shard, e);
        totals = totals.plusFailure(took);
        merged.accept(took);
        failures.add(shard + ": " + e);
      }
    }
  }

  private static Duration since(long startedNanos) {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /** What all merges have come to. */
  MergeTotals totals() {
    return totals;
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a merge that is under way, without a trace of it; requests fail. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wake.signal();
    } finally {
      lock.unlock();
    }
    pace.close();
    Threads.joinUninterruptibly(thread);
    takeTask()
        .requests()
        .forEach(request ->
            request.completeExceptionally(new IllegalStateException("the store is closed")));
  }
}
