package io.weir.ingest;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One partition's time with this process: from when it was given to it until its shard is closed.
 *
 * <p>It waits until the shard of an earlier time is closed, is then begun by the control thread,
 * which opens the shard, and ends in one of two ways: given up, with a last checkpoint, or lost,
 * with nothing written. While the control thread is at a shard, opening it perhaps, it is not
 * closed.
 *
 * <p><b>Threads:</b> {@link #begin}, {@link #beginAgain}, {@link #act} and {@link #ask} belong to
 * the control thread, the rest any.
 */
final class ShardTenure {
  private final int partition;
  private final CompletableFuture<?> predecessorClosed;
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
  private volatile @Nullable ShardRun run;

  /** Guarded by this: completes when the control thread is done with the shard for now. */
  private CompletableFuture<@Nullable Void> acted = CompletableFuture.completedFuture(null);

  /** Guarded by this. */
  private boolean over;

  /** Waits for a shard of the same partition to be closed, however that goes. */
  ShardTenure(int partition, CompletableFuture<?> predecessorClosed) {
    this.partition = partition;
    this.predecessorClosed = predecessorClosed;
  }

  int partition() {
    return partition;
  }

  /** The shard's run, once it has begun. */
  Optional<ShardRun> run() {
    return Optional.ofNullable(run);
  }

  /** Whether it can begin and has not. */
  boolean isDue() {
    return run == null && predecessorClosed.isDone();
  }

  /** Shows a run, to be opened next. */
  synchronized void begin(ShardRun fresh) {
    if (!over) {
      run = fresh;
    }
  }

  /** The run is over, the partition is still this process's: another run can begin. */
  synchronized void beginAgain() {
    run = null;
  }

  /** Does something with the run, which may take as long as opening a shard, unless all is over. */
  void act(Consumer<ShardRun> action) {
    var _ =
        ask(running -> {
          action.accept(running);
          return running;
        });
  }

  /** As {@link #act}, with an answer; empty if there is no run or all is over. */
  <T> Optional<T> ask(Function<ShardRun, T> question) {
    ShardRun asked;
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    synchronized (this) {
      asked = run;
      if (asked == null || over) {
        return Optional.empty();
      }
      acted = done;
    }
    try {
      return Optional.of(question.apply(asked));
    } finally {
      done.complete(null);
    }
  }

  /** Lets nothing begin any more. Completes when the batch in hand is done with. */
  CompletableFuture<@Nullable Void> ended() {
    return afterActing(ShardRun::ended);
  }

  /**
   * Ends the feeding after the record in hand, or out of its waiting, and closes the shard when
   * nothing more is applied to it and the shard of an earlier time is closed; {@link #closed} tells
   * of the end.
   *
   * @param closing closes the shard if it is open
   */
  void close(String why, Supplier<CompletableFuture<@Nullable Void>> closing) {
    CompletableFuture<@Nullable Void> applied =
        afterActing(running -> {
          running.stop(StopReason.CLOSED, why);
          return running.ended().thenRun(running::leave);
        });
    // Without a run a shard may be open all the same: its run was to begin again.
    var _ =
        predecessorClosed
            .handle((_, _) -> null)
            .thenCompose(_ -> applied)
            .thenCompose(_ -> closing.get())
            .whenComplete((_, failure) -> {
              if (failure == null) {
                closed.complete(null);
              } else {
                closed.completeExceptionally(failure);
              }
            });
  }

  /** Completes when the shard is closed, exceptionally if that went wrong. */
  CompletableFuture<@Nullable Void> closed() {
    return closed;
  }

  private CompletableFuture<@Nullable Void> afterActing(
      Function<ShardRun, CompletableFuture<@Nullable Void>> last) {
    CompletableFuture<@Nullable Void> latest;
    synchronized (this) {
      over = true;
      latest = acted;
    }
    ShardRun running = run;
    return running == null ? latest : latest.thenCompose(_ -> last.apply(running));
  }
}
