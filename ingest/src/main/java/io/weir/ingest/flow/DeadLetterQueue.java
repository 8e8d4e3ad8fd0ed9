package io.weir.ingest.flow;

import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rejected records of a batch whose dead letters have not been acknowledged yet, in offset
 * order. A run of rejected records is sent without waiting for each; at most one batch of them is
 * under way. Without a dead-letter topic a rejected record is passed at once.
 *
 * <p><b>Threads:</b> the batch's.
 */
final class DeadLetterQueue {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterQueue.class);
  private static final Duration FIRST_RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY_DELAY = Duration.ofSeconds(30);

  private final ShardFlow flow;
  private final int partition;
  private final Queue<Letter> unacknowledged = new ArrayDeque<>();
  private Duration retryDelay = FIRST_RETRY_DELAY;
  private boolean failing;

  DeadLetterQueue(ShardFlow flow, int partition) {
    this.flow = flow;
    this.partition = partition;
  }

  private static final class Letter {
    final RawRecord rejected;
    final Rejection rejection;

    /** Null after a failed attempt, until it is sent again. */
    @Nullable CompletableFuture<@Nullable Void> acknowledged;

    Letter(
        RawRecord rejected, Rejection rejection, CompletableFuture<@Nullable Void> acknowledged) {
      this.rejected = rejected;
      this.rejection = rejection;
      this.acknowledged = acknowledged;
    }
  }

  void add(RawRecord rejected, Rejection rejection) {
    if (flow.deadLetters.isEmpty()) {
      pass(rejected);
      return;
    }
    CompletableFuture<@Nullable Void> acknowledged =
        flow.deadLetters.get().send(partition, rejected, rejection);
    unacknowledged.add(new Letter(rejected, rejection, acknowledged));
  }

  /**
   * Moves the position past what has been acknowledged. Returns what to wait for before it can pass
   * the rest; empty if there is no rest.
   */
  Optional<CompletionStage<?>> settle() {
    for (Letter letter = unacknowledged.peek(); letter != null; letter = unacknowledged.peek()) {
      CompletableFuture<@Nullable Void> acknowledged = letter.acknowledged;
      if (acknowledged == null) {
        acknowledged =
            flow.deadLetters.orElseThrow().send(partition, letter.rejected, letter.rejection);
        letter.acknowledged = acknowledged;
      }
      if (!acknowledged.isDone()) {
        return Optional.of(acknowledged);
      }
      if (acknowledged.isCompletedExceptionally()) {
        letter.acknowledged = null;
        return Optional.of(failed(letter, acknowledged.exceptionNow()));
      }
      unacknowledged.remove();
      flow.meters.deadLetters().increment();
      DeadLetterEvent.record(flow.name, letter.rejected.offset(), letter.rejection.reason());
      pass(letter.rejected);
    }
    if (failing) {
      failing = false;
      retryDelay = FIRST_RETRY_DELAY;
      flow.become(new Activity.Running());
      LOG.info("{}: the dead-letter topic takes records again", flow.name);
    }
    return Optional.empty();
  }

  private CompletionStage<?> failed(Letter letter, Throwable error) {
    flow.meters.deadLetterFailures().increment();
    flow.become(
        new Activity.WaitingForDeadLetters(letter.rejected.offset(), String.valueOf(error)));
    if (!failing) {
      failing = true;
      LOG.warn(
          "{}: waits at offset {}: the dead-letter topic does not take the rejected record: {}",
          flow.name,
          letter.rejected.offset(),
          String.valueOf(error));
    }
    CompletableFuture<@Nullable Void> delayed = new CompletableFuture<>();
    flow.scheduler.schedule(
        () -> delayed.complete(null), retryDelay.toMillis(), TimeUnit.MILLISECONDS);
    Duration doubled = retryDelay.multipliedBy(2);
    retryDelay = doubled.compareTo(LONGEST_RETRY_DELAY) > 0 ? LONGEST_RETRY_DELAY : doubled;
    return delayed;
  }

  /** Moves the position past a record, when all before it has been acknowledged. */
  void pass(RawRecord rejected) {
    flow.shard.advance(new SourcePosition(rejected.offset() + 1, rejected.leaderEpoch()));
  }
}
