package io.weir.ingest;

import io.weir.ingest.flow.Activity;
import io.weir.ingest.flow.EarlierReading;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.flow.RecordRejectedException;
import io.weir.ingest.flow.ShardFlow;
import io.weir.ingest.poll.ByteCredit;
import io.weir.ingest.poll.IntakeException;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.storage.Shard;
import io.weir.storage.ShardCondition;
import io.weir.storage.SourceChangedException;
import io.weir.storage.VectorCollection;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard from start to stop: reads its partition, tries again what may pass, stops where going
 * on would lose or mix something, and is rebuilt where that is safe.
 *
 * <p><b>Threads:</b> {@link #open}, {@link #begin}, {@link #look} and {@link #resume} belong to the
 * control thread; the rest any. What changes {@code stopped}, {@code retrying}, {@code reading} and
 * {@code rebuild} does so under this object's lock, under which nothing waits.
 */
final class ShardRun {
  private static final Logger LOG = LoggerFactory.getLogger(ShardRun.class);

  private final Surroundings around;
  private final int partition;
  private final ShardProgress progress;
  private final RetryDelay retryDelay = new RetryDelay();
  private volatile CompletableFuture<@Nullable Void> promoted =
      CompletableFuture.completedFuture(null);

  /** The topic as it is now; control thread only. */
  private Incarnation topic;

  /** The topic that the shard's rows are from. */
  private volatile Optional<UUID> bound = Optional.empty();

  private volatile @Nullable Shard shard;
  private volatile @Nullable Reading reading;
  private volatile @Nullable Rebuild rebuild;
  private volatile IngestState.@Nullable Stopped stopped;
  private volatile IngestState.@Nullable Retrying retrying;
  private volatile Optional<IngestState> outside = Optional.empty();
  private volatile Optional<SourcePosition> appliedAtEnd = Optional.empty();
  private volatile long rejectedOffset;
  private volatile boolean left;
  private volatile boolean partitionsAccepted;

  /** Why a rebuild has to come, as long as it has not. */
  private volatile Optional<String> rebuildDue = Optional.empty();

  /** Control thread only: the stop that the look before has seen. */
  private IngestState.@Nullable Stopped seen;

  /**
   * What the shards of a collection share.
   *
   * @param shared reads the partitions; borrowed
   * @param flows makes the one writer of a shard, beside another reading of its log or none
   * @param ownPollers makes a poller for a rebuild, which owns it
   */
  record Surroundings(
      CollectionFeed feed,
      VectorCollection collection,
      SharedPoller shared,
      ByteCredit credit,
      BiFunction<Shard, EarlierReading, ShardFlow> flows,
      Supplier<PartitionPoller> ownPollers,
      IngestMetrics metrics,
      InstantSource clock) {}

  /**
   * A topic from its making to its deletion.
   *
   * @param id its id; brokers before 2.8 have none
   */
  record Incarnation(Optional<UUID> id, int partitions) {}

  /**
   * What the brokers say at one time.
   *
   * @param log empty if they do not tell
   * @param policy empty if they do not tell
   * @param policyPending whether they may tell it in a moment
   */
  record Look(
      Instant at,
      Incarnation topic,
      Optional<LogRange> log,
      Optional<TopicPolicy> policy,
      boolean policyPending) {}

  ShardRun(Surroundings around, int partition, Incarnation topic, LogRange atStart) {
    this.around = around;
    this.partition = partition;
    this.topic = topic;
    this.progress = new ShardProgress(atStart, around.clock().instant());
  }

  /** Opens the shard; what goes wrong is this shard's state. */
  void open() {
    try {
      Shard opened = around.collection().shard(partition);
      shard = opened;
      progress.caughtUpBefore(opened.feedNotes().caughtUpAt());
      if (topic.id().isPresent()) {
        opened.bind(topic.id().get());
        bound = topic.id();
      }
    } catch (SourceChangedException e) {
      stop(StopReason.TOPIC_RECREATED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      retry(StopReason.STORAGE_FAILED, e.toString(), e);
    } catch (RuntimeException e) {
      stop(StopReason.INGEST_FAILED, e.toString(), e);
    }
  }

  /** An operator has accepted how many partitions the topic has now. */
  void acceptPartitions() {
    partitionsAccepted = true;
  }

  /** Whether the shard comes from a topic with another number of partitions. */
  boolean hasOtherPartitions() {
    Shard opened = shard;
    return opened != null
        && opened.feedNotes().topicPartitions().orElse(topic.partitions()) != topic.partitions();
  }

  /**
   * Reads on from where the shard stands. After an open that is the durable position; after a mere
   * restart of ingest it is ahead of it, and what lies between is in memory: nothing need be
   * rejected a second time.
   *
   * @return the offset that it goes on at; where it stands is further on as soon as it reads
   */
  long begin() {
    Shard opened = shard;
    if (opened == null) {
      open();
      opened = shard;
    }
    long beginning = appliedOffset();
    if (!partitionsAccepted && hasOtherPartitions()) {
      stop(
          StopReason.PARTITIONS_ADDED,
          "topic "
              + around.feed().topic()
              + " has "
              + topic.partitions()
              + " partitions now, and had another number when it was last read");
    }
    synchronized (this) {
      if (opened == null || stopped != null || left) {
        return beginning;
      }
      retrying = null;
      if (!around.shared().current().wouldRead(around.feed().topic(), partition)) {
        // Whoever subscribed now would be told that the partition has gone, and stand still.
        retrying =
            new IngestState.Retrying(
                StopReason.POLLING_FAILED,
                "another consumer takes the place of one that has failed",
                around.shared().nextAttempt());
        return beginning;
      }
      opened.topicPartitions(topic.partitions());
      Optional<SourcePosition> from = opened.appliedPosition();
      if (from.isEmpty()) {
        // An empty shard misses no delete from now on.
        opened.caughtUp(around.clock().instant());
      }
      LOG.info(
          "{}: reading topic {} from {}, {} offsets behind its end",
          this,
          around.feed().topic(),
          from.map(position -> "offset " + position.nextOffset()).orElse("the beginning"),
          progress.lag(from));
      reading =
          Reading.start(
              around.flows().apply(opened, EarlierReading.NONE),
              around
                  .shared()
                  .current()
                  .batches(around.feed().topic(), partition, bound, from, around.credit()),
              this::failed);
    }
    return beginning;
  }

  /** Acts on what the brokers say, and on the time. */
  void look(Look look) {
    if (!promoted.isDone()) {
      return;
    }
    topic = look.topic();
    outside = Optional.empty();
    if (isOfAnotherTopic()) {
      stop(
          StopReason.TOPIC_RECREATED,
          "topic "
              + around.feed().topic()
              + " had id "
              + bound.map(UUID::toString).orElse("none")
              + " and now has "
              + look.topic().id().map(UUID::toString).orElse("none"));
    }
    look.policy().ifPresent(policy -> mendMissedDeletes(policy, look.at()));
    LogRange before = progress.log();
    look.log().ifPresent(log -> observe(log, look));
    if (look.log().isPresent() && look.policy().isPresent()) {
      mendPosition(look.log().get(), look.policy().get());
    }
    seen = stopped;
    stepRebuild(look, before);
    IngestState.Retrying waiting = retrying;
    if (waiting != null && isDue(waiting, look.at()) && promoted.isDone()) {
      begin();
    }
  }

  /** What waits for another poller goes on with it; where a group decides, once that has it. */
  private boolean isDue(IngestState.Retrying waiting, Instant now) {
    return waiting.reason() == StopReason.POLLING_FAILED
        ? around.shared().current().wouldRead(around.feed().topic(), partition)
        : !now.isBefore(waiting.next());
  }

  /** The brokers say nothing of the partition, for this reason. */
  void lookInVain(IngestState why) {
    outside = Optional.of(why);
  }

  private void observe(LogRange log, Look look) {
    Shard opened = shard;
    Reading current = reading;
    if (opened == null || left) {
      return;
    }
    Optional<Instant> caughtUpAt =
        progress.observe(
            look.at(), log, opened.appliedPosition(), current == null ? 0 : current.takenBytes());
    // While deletes may have been missed, or nobody can tell, the time when they were not stays.
    if (caughtUpAt.isPresent()
        && stopped == null
        && retrying == null
        && rebuild == null
        && rebuildDue.isEmpty()
        && !look.policyPending()) {
      opened.caughtUp(caughtUpAt.get());
      retryDelay.reset();
    }
  }

  /**
   * A delete that came and was compacted away while nobody read is not in the log any more, and the
   * row that it should have killed is in the shard for ever.
   */
  private void mendMissedDeletes(TopicPolicy policy, Instant now) {
    Shard opened = shard;
    if (opened == null || rebuild != null || stopped != null || !policy.compacted()) {
      return;
    }
    Optional<Instant> caughtUpAt = opened.feedNotes().caughtUpAt();
    if (rebuildDue.isEmpty()
        && caughtUpAt.isPresent()
        && caughtUpAt.get().plus(policy.safeAbsence()).isBefore(now)
        && retryDelay.wasShorterThan(policy.safeAbsence())) {
      rebuildDue =
          Optional.of(
              "deletes may have been missed: not caught up since "
                  + caughtUpAt.get()
                  + ", and the topic's delete.retention.ms is "
                  + policy.deleteRetention().toMillis());
    }
    if (rebuildDue.isPresent() && retryDelay.mayRebuild(now)) {
      rebuild(rebuildDue.get());
    }
  }

  /** Where the log from its beginning on is all that there should be, it is simply read again. */
  private void mendPosition(LogRange log, TopicPolicy policy) {
    IngestState.Stopped end = stopped;
    if (end == null || rebuild != null) {
      return;
    }
    boolean ofPosition =
        end.reason() == StopReason.POSITION_OUT_OF_RANGE
            || end.reason() == StopReason.LOG_TRUNCATED;
    // The look before has seen it too: what the brokers say of the topic is newer than the stop.
    if (ofPosition
        && end.equals(seen)
        && policy.isWholeFrom(log.beginningOffset())
        && retryDelay.mayRebuild(around.clock().instant())) {
      rebuild(end.reason().id() + ": " + end.detail());
    }
  }

  private void rebuild(String cause) {
    LOG.warn(
        "{}: reads topic {} again from its beginning, into new files: {}; what is there is served"
            + " meanwhile",
        this,
        around.feed().topic(),
        cause);
    retryDelay.rebuildStarts(around.clock().instant());
    try {
      rebuild =
          Rebuild.start(
              around, partition, topic, cause, progress.log().beginningOffset(), past(topic.id()));
    } catch (IOException | SourceChangedException | RuntimeException e) {
      LOG.error("{}: the rebuild cannot start", this, e);
    }
  }

  /** What this shard does with the log that it is rebuilt from, if it is of the same topic. */
  private EarlierReading past(Optional<UUID> topicId) {
    return bound.isPresent() && bound.equals(topicId)
        ? new ShardPast(this::applied, this::gaps, this::readsOn)
        : EarlierReading.NONE;
  }

  private List<Gap> gaps() {
    Shard opened = shard;
    return opened == null ? List.of() : opened.feedNotes().gaps();
  }

  private boolean readsOn() {
    Reading current = reading;
    return current != null && !current.ended().isDone();
  }

  private void stepRebuild(Look look, LogRange before) {
    Rebuild running = rebuild;
    if (running == null) {
      return;
    }
    Optional<Throwable> failure = running.failure();
    if (failure.isPresent() || !running.topic().equals(look.topic())) {
      LOG.error(
          "{}: the rebuild has failed: {}",
          this,
          failure.map(Throwable::toString).orElse("the topic was made anew"));
      rebuild = null;
      running.abandon();
      goOnAsBefore();
    } else if (running.hasReached(before)) {
      finish(running, before);
    }
  }

  /**
   * The old shard's writer ends first. The successor takes its place once it is as far, so that
   * nothing that was visible is gone for a while: unless the old one's rows are from another log.
   */
  private void finish(Rebuild caughtUp, LogRange log) {
    Reading old = reading;
    if (old != null && !old.ended().isDone()) {
      var _ = old.stop();
      return;
    }
    boolean sameLog = stopped == null && bound.equals(caughtUp.topic().id());
    if (!sameLog || Math.max(caughtUp.position(), log.beginningOffset()) >= appliedOffset()) {
      promote(caughtUp);
    }
  }

  /** After a rebuild that came to nothing: its end may have stopped the reading already. */
  private void goOnAsBefore() {
    Reading old = reading;
    if (stopped == null && retrying == null && old != null && old.ended().isDone()) {
      begin();
    }
  }

  private void promote(Rebuild caughtUp) {
    promoted =
        caughtUp
            .stop()
            .thenCompose(_ -> {
              appliedAtEnd = caughtUp.successor().appliedPosition();
              return around.collection().promote(partition);
            })
            .handle((_, failure) -> {
              swapped(caughtUp, failure);
              return null;
            });
  }

  private void swapped(Rebuild caughtUp, @Nullable Throwable failure) {
    synchronized (this) {
      rebuild = null;
      if (failure == null) {
        shard = caughtUp.successor();
        bound = caughtUp.topic().id();
        IngestState.Stopped end = stopped;
        if (end != null
            && end.reason() != StopReason.CLOSED
            && end.reason() != StopReason.PARTITIONS_ADDED) {
          stopped = null;
        }
        rebuildDue = Optional.empty();
        retryDelay.rebuildEnds(around.clock().instant());
      }
    }
    if (failure == null) {
      LOG.info("{}: the rebuild is done and in place", this);
      caughtUp.close();
    } else {
      LOG.error("{}: the rebuild could not be put in place", this, failure);
      caughtUp.abandon();
    }
    begin();
  }

  /**
   * Goes on in the way that an operator wants.
   *
   * @param log where the log begins and ends now; empty if the brokers do not tell
   */
  ResumeResult resume(ResumeWay way, Optional<LogRange> log) {
    if (left) {
      return new ResumeResult.Refused("Weir is stopping");
    }
    if (rebuild != null) {
      return new ResumeResult.Refused("it is being rebuilt: " + state().description());
    }
    Reading current = reading;
    if (way instanceof ResumeWay.Rebuild) {
      rebuild("an operator asked for it");
      return rebuild == null
          ? new ResumeResult.Refused("the rebuild cannot start; the log says why")
          : new ResumeResult.Resumed(
              "reads the topic again from its beginning; what is there is served meanwhile");
    }
    if (stopped == null && retrying == null) {
      return new ResumeResult.Refused("it has not stopped: " + state().description());
    }
    if (current != null && !current.ended().isDone()) {
      return new ResumeResult.Refused("it is still stopping; try again");
    }
    return switch (way) {
      case ResumeWay.Retry _ -> retryNow();
      case ResumeWay.AcceptGap(OptionalLong nextOffset) -> acceptGap(nextOffset, log);
      case ResumeWay.AcceptPartitions _, ResumeWay.Rebuild _ ->
          new ResumeResult.Refused("the topic's partitions are not what stopped it");
    };
  }

  private ResumeResult retryNow() {
    IngestState.Stopped end = stopped;
    if (end != null && end.reason() == StopReason.TOPIC_RECREATED) {
      return new ResumeResult.Refused(end.description());
    }
    IngestState.Retrying waiting = retrying;
    if (waiting != null && waiting.reason() == StopReason.POLLING_FAILED) {
      around.shared().renew();
      return new ResumeResult.Resumed("polls again; all partitions go on in a moment");
    }
    return goOn("tries again at ");
  }

  private ResumeResult acceptGap(OptionalLong nextOffset, Optional<LogRange> log) {
    Shard opened = shard;
    if (opened == null) {
      return new ResumeResult.Refused("the shard is not open: " + state().description());
    }
    IngestState.Stopped end = stopped;
    IngestState.Retrying waiting = retrying;
    StopReason reason =
        end != null ? end.reason() : waiting != null ? waiting.reason() : StopReason.INGEST_FAILED;
    if (!reason.isAboutOffsets()) {
      return new ResumeResult.Refused(
          "no gap in the log is what stopped it: " + state().description());
    }
    if (log.isEmpty()) {
      return new ResumeResult.Refused("the brokers do not tell where the log begins and ends");
    }
    long from = appliedOffset();
    LogRange now = log.get();
    if (nextOffset.isEmpty() && reason == StopReason.UNREADABLE_RECORD) {
      return new ResumeResult.Refused(
          "where the log can be read again is not known; name the offset to go on at");
    }
    long to =
        nextOffset.orElse(
            reason == StopReason.RECORD_REJECTED ? rejectedOffset + 1 : now.beginningOffset());
    if (to <= from || to < now.beginningOffset() || to > now.endOffset()) {
      return new ResumeResult.Refused(
          "it cannot go on at offset "
              + to
              + ": the shard stands at "
              + from
              + ", the log has offsets "
              + now.beginningOffset()
              + " to "
              + now.endOffset());
    }
    Gap gap = new Gap(from, to, around.clock().instant(), "operator: " + reason.id());
    opened.acceptGap(gap);
    LOG.warn("{}: {} offsets from {} on are given up: {}", this, gap.offsets(), from, gap.reason());
    return goOn("gave up offsets " + from + " to " + (to - 1) + "; reads on at ");
  }

  private ResumeResult goOn(String how) {
    if (isOfAnotherTopic()) {
      return new ResumeResult.Refused("the topic was made anew; rebuild the shard to read it");
    }
    synchronized (this) {
      stopped = null;
      retrying = null;
      retryDelay.reset();
    }
    return new ResumeResult.Resumed(how + "offset " + begin());
  }

  /** Ends the shard's feeding for a reason; the first stays, unless a later one explains it. */
  void stop(StopReason reason, String detail) {
    stop(reason, detail, null);
  }

  private void stop(StopReason reason, String detail, @Nullable Throwable cause) {
    synchronized (this) {
      if (stopped != null && !explains(reason, stopped.reason())) {
        return;
      }
      stopped = new IngestState.Stopped(reason, detail);
      retrying = null;
    }
    if (reason != StopReason.CLOSED) {
      around.metrics().trouble(around.feed().collection(), reason.id());
      LOG.error("{}: stopped: {}: {}; {}", this, reason.id(), detail, reason.remedy(), cause);
    }
    Reading current = reading;
    if (current != null) {
      var _ = current.stop();
    }
    Rebuild running = rebuild;
    if (running != null && reason == StopReason.CLOSED) {
      stopRebuild();
    } else if (running != null && reason == StopReason.PARTITIONS_ADDED && promoted.isDone()) {
      rebuild = null;
      running.abandon();
    }
  }

  /** Ends the reading of a rebuild, if there is one; nothing will come of it. */
  void stopRebuild() {
    Rebuild running = rebuild;
    if (running != null) {
      var _ = running.stop();
    }
  }

  private void failed(Throwable error) {
    if (error instanceof RecordRejectedException rejected) {
      rejectedOffset = rejected.offset();
      stop(StopReason.RECORD_REJECTED, String.valueOf(rejected.getMessage()));
      return;
    }
    if (!(error instanceof IntakeException intake)) {
      stop(StopReason.INGEST_FAILED, error.toString(), error);
      return;
    }
    String detail = String.valueOf(intake.getMessage());
    switch (intake.kind()) {
      case POSITION_OUT_OF_RANGE -> stop(StopReason.POSITION_OUT_OF_RANGE, detail);
      case TOPIC_RECREATED -> stop(StopReason.TOPIC_RECREATED, detail);
      case LOG_TRUNCATED -> stop(StopReason.LOG_TRUNCATED, detail);
      case NOT_AUTHORIZED -> retry(StopReason.NOT_AUTHORIZED, detail, null);
      case UNREADABLE_RECORD -> retry(StopReason.UNREADABLE_RECORD, detail, null);
      case CLIENT_FAILED -> stop(StopReason.INGEST_FAILED, detail);
      case POLLING_FAILED -> awaitPoller(detail);
    }
  }

  /** The poll thread has logged it, once for all partitions. */
  private void awaitPoller(String detail) {
    Instant next = around.shared().nextAttempt();
    synchronized (this) {
      if (stopped != null) {
        return;
      }
      retrying = new IngestState.Retrying(StopReason.POLLING_FAILED, detail, next);
    }
    around.metrics().trouble(around.feed().collection(), StopReason.POLLING_FAILED.id());
  }

  private void retry(StopReason reason, String detail, @Nullable Throwable cause) {
    boolean news;
    synchronized (this) {
      if (stopped != null) {
        return;
      }
      news = retryDelay.isNews(reason);
      retrying =
          new IngestState.Retrying(
              reason, detail, around.clock().instant().plus(retryDelay.next(reason)));
    }
    if (news) {
      around.metrics().trouble(around.feed().collection(), reason.id());
      LOG.error(
          "{}: cannot go on, will try again: {}: {}; {}",
          this,
          reason.id(),
          detail,
          reason.remedy(),
          cause);
    }
  }

  /**
   * Says that the shard is not this process's any more, or that the store is about to close. After
   * this the shard is not touched.
   */
  void leave() {
    try {
      appliedAtEnd = applied();
    } catch (IllegalStateException e) {
      LOG.error("{}: the store was closed before ingest was stopped", this, e);
    }
    left = true;
    Rebuild running = rebuild;
    if (running != null) {
      running.close();
    }
  }

  /** Completes when nothing more is applied to the shard, once it was told to stop. */
  CompletableFuture<@Nullable Void> ended() {
    Reading current = reading;
    Rebuild running = rebuild;
    return CompletableFuture.allOf(
        promoted,
        current == null ? CompletableFuture.completedFuture(null) : current.ended(),
        running == null ? CompletableFuture.completedFuture(null) : running.ended());
  }

  /** Where the shard stands on the disk; empty also while it is not open. */
  Optional<SourcePosition> durable() {
    Shard opened = shard;
    return opened == null ? Optional.empty() : opened.durablePosition();
  }

  int partition() {
    return partition;
  }

  boolean isStopped() {
    return stopped != null;
  }

  ShardStatus status() {
    Optional<SourcePosition> applied = applied();
    Reading current = reading;
    long latest = current == null ? -1 : current.latestTimestampMillis();
    return new ShardStatus(
        partition,
        state(),
        applied,
        progress.log(),
        progress.endOffsetAtStart(),
        progress.caughtUpWithStart(applied) && !isStopped(),
        progress.lag(applied),
        progress.timeLag(
            around.clock().instant(),
            applied,
            latest < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(latest))),
        progress.bytesPerSecond());
  }

  private Optional<SourcePosition> applied() {
    Shard opened = shard;
    if (opened == null || left) {
      return appliedAtEnd;
    }
    try {
      return opened.appliedPosition();
    } catch (IllegalStateException e) {
      // Closed a moment ago, because its successor is put in place.
      return appliedAtEnd;
    }
  }

  private long appliedOffset() {
    return applied().map(SourcePosition::nextOffset).orElse(progress.log().beginningOffset());
  }

  private boolean isClosed() {
    IngestState.Stopped end = stopped;
    return end != null && end.reason() == StopReason.CLOSED;
  }

  private boolean isOfAnotherTopic() {
    return bound.isPresent() && topic.id().isPresent() && !bound.equals(topic.id());
  }

  private IngestState state() {
    IngestState.Stopped end = stopped;
    Rebuild running = rebuild;
    IngestState.Retrying waiting = retrying;
    Reading current = reading;
    if (end != null && isClosed()) {
      return end;
    }
    if (running != null) {
      return running.state(progress.log().endOffset());
    }
    if (end != null) {
      return end;
    }
    if (waiting != null) {
      return waiting;
    }
    if (outside.isPresent()) {
      return outside.get();
    }
    if (current == null) {
      return new IngestState.Connecting("");
    }
    return switch (current.activity()) {
      case Activity.Running _ -> new IngestState.Running();
      case Activity.WaitingForRoom(long used, long limit) -> waitingForRoom(used, limit);
      case Activity.WaitingForDeadLetters(long offset, String error) ->
          new IngestState.WaitingForDeadLetterTopic(
              around.feed().deadLetterTopic().orElseThrow(), offset, error);
      case Activity.WaitingForSchema(long offset, String error) ->
          new IngestState.WaitingForSchemaRegistry(offset, error);
    };
  }

  /** Room comes with a checkpoint, unless the disk is in its way. */
  private IngestState waitingForRoom(long usedBytes, long limitBytes) {
    Shard opened = shard;
    ShardCondition condition = opened == null ? ShardCondition.OK : opened.condition();
    return condition == ShardCondition.OK
        ? new IngestState.WaitingForRoom(usedBytes, limitBytes)
        : new IngestState.WaitingForDisk(condition);
  }

  /** The brokers' own account of the topic comes later than what reading it ran into. */
  private static boolean explains(StopReason later, StopReason first) {
    return later == StopReason.CLOSED
        || (later == StopReason.TOPIC_RECREATED
            && first != StopReason.CLOSED
            && first != StopReason.TOPIC_RECREATED);
  }

  @Override
  public String toString() {
    return "collection " + around.feed().collection() + " partition " + partition;
  }
}
