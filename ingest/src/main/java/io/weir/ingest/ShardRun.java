package io.weir.ingest;

import io.weir.ingest.flow.Activity;
import io.weir.ingest.flow.ShardFlow;
import io.weir.ingest.poll.ByteCredit;
import io.weir.ingest.poll.IntakeException;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.storage.Shard;
import io.weir.storage.SourceChangedException;
import io.weir.storage.VectorCollection;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard from start to stop.
 *
 * <p><b>Threads:</b> {@link #start} and {@link #endOffset(long)} belong to the control thread; the
 * rest any.
 */
final class ShardRun {
  private static final Logger LOG = LoggerFactory.getLogger(ShardRun.class);

  private final CollectionFeed feed;
  private final int partition;
  private final long beginningOffset;
  private final long endOffsetAtStart;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  private volatile @Nullable Shard shard;
  private volatile @Nullable ShardFlow flow;
  private volatile IngestState.@Nullable Stopped stopped;
  private volatile Optional<SourcePosition> appliedAtEnd = Optional.empty();
  private volatile long endOffset;
  private volatile boolean caughtUp;

  ShardRun(CollectionFeed feed, int partition, long beginningOffset, long endOffset) {
    this.feed = feed;
    this.partition = partition;
    this.beginningOffset = beginningOffset;
    this.endOffsetAtStart = endOffset;
    this.endOffset = endOffset;
  }

  /**
   * Opens the shard, ties it to its topic and starts to feed it from where it stands. What goes
   * wrong ends this shard alone, with a state that says so.
   */
  void start(
      VectorCollection collection,
      Optional<UUID> topicId,
      PartitionPoller poller,
      ByteCredit credit,
      Function<Shard, ShardFlow> flows) {
    try {
      Shard opened = collection.shard(partition);
      shard = opened;
      if (topicId.isPresent()) {
        opened.bind(topicId.get());
      }
      // After an open this is the durable position; after a mere restart of ingest it is ahead of
      // it, and what lies between is in memory: nothing need be rejected a second time.
      Optional<SourcePosition> from = opened.appliedPosition();
      LOG.info(
          "collection {} partition {}: reading topic {} from {}, {} offsets behind its end",
          feed.collection(),
          partition,
          feed.topic(),
          from.map(position -> "offset " + position.nextOffset()).orElse("the beginning"),
          endOffset - ShardStatus.reached(from, beginningOffset));
      ShardFlow started = flows.apply(opened);
      flow = started;
      started
          .run(poller.batches(feed.topic(), partition, from, credit))
          .subscribe(_ -> {}, this::failed, this::end);
    } catch (SourceChangedException e) {
      stop(StopReason.TOPIC_RECREATED, String.valueOf(e.getMessage()), null);
    } catch (IOException e) {
      stop(StopReason.STORAGE_FAILED, e.toString(), e);
    } catch (RuntimeException e) {
      stop(StopReason.INGEST_FAILED, e.toString(), e);
    }
  }

  /** Ends the shard's feeding for a reason; the first stays, unless a later one explains it. */
  void stop(StopReason reason, String detail) {
    stop(reason, detail, null);
  }

  /** Completes when nothing more is applied to the shard. */
  CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  int partition() {
    return partition;
  }

  boolean isStopped() {
    return stopped != null;
  }

  void endOffset(long seen) {
    endOffset = seen;
  }

  long lag() {
    return status().lag();
  }

  ShardStatus status() {
    Optional<SourcePosition> applied = applied();
    IngestState state = state();
    if (!caughtUp
        && !(state instanceof IngestState.Stopped)
        && ShardStatus.reached(applied, beginningOffset) >= endOffsetAtStart) {
      caughtUp = true;
    }
    return new ShardStatus(
        partition, state, applied, beginningOffset, endOffsetAtStart, endOffset, caughtUp);
  }

  /** After the end the store may be closed, and the shard moves no more. */
  private Optional<SourcePosition> applied() {
    Shard opened = shard;
    if (opened == null || ended.isDone()) {
      return appliedAtEnd;
    }
    return opened.appliedPosition();
  }

  private IngestState state() {
    IngestState.Stopped end = stopped;
    ShardFlow started = flow;
    if (end != null) {
      return end;
    }
    if (started == null) {
      return new IngestState.Connecting("");
    }
    return switch (started.activity()) {
      case Activity.Running _ -> new IngestState.Running();
      case Activity.WaitingForRoom(long used, long limit) ->
          new IngestState.WaitingForRoom(used, limit);
      case Activity.WaitingForDeadLetters(long offset, String error) ->
          new IngestState.WaitingForDeadLetterTopic(
              feed.deadLetterTopic().orElseThrow(), offset, error);
    };
  }

  private void failed(Throwable error) {
    if (error instanceof IntakeException intake) {
      stop(reason(intake.kind()), String.valueOf(intake.getMessage()), null);
    } else {
      stop(StopReason.INGEST_FAILED, error.toString(), error);
    }
    end();
  }

  private void end() {
    try {
      appliedAtEnd = applied();
    } catch (IllegalStateException e) {
      LOG.error("the store was closed before ingest was stopped", e);
    }
    ended.complete(null);
  }

  private void stop(StopReason reason, String detail, @Nullable Throwable cause) {
    synchronized (this) {
      if (stopped != null && !explains(reason, stopped.reason())) {
        return;
      }
      stopped = new IngestState.Stopped(reason, detail);
    }
    if (reason != StopReason.CLOSED) {
      LOG.error(
          "collection {} partition {}: stopped: {}: {}; {}",
          feed.collection(),
          partition,
          reason.id(),
          detail,
          reason.remedy(),
          cause);
    }
    ShardFlow started = flow;
    if (started == null) {
      end();
    } else {
      started.stop();
    }
  }

  /** The brokers' own account of the topic comes later than what reading it ran into. */
  private static boolean explains(StopReason later, StopReason first) {
    return later == StopReason.TOPIC_RECREATED
        && (first == StopReason.POSITION_OUT_OF_RANGE || first == StopReason.LOG_TRUNCATED);
  }

  private static StopReason reason(IntakeException.Kind kind) {
    return switch (kind) {
      case POSITION_OUT_OF_RANGE -> StopReason.POSITION_OUT_OF_RANGE;
      case LOG_TRUNCATED -> StopReason.LOG_TRUNCATED;
      case NOT_AUTHORIZED -> StopReason.NOT_AUTHORIZED;
      case UNREADABLE_RECORD -> StopReason.UNREADABLE_RECORD;
      case CLIENT_FAILED -> StopReason.INGEST_FAILED;
    };
  }
}
