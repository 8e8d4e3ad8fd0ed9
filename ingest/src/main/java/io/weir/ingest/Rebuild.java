package io.weir.ingest;

import io.weir.ingest.flow.EarlierReading;
import io.weir.ingest.poll.IntakeException;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.storage.Shard;
import io.weir.storage.SourceChangedException;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a partition from the beginning of its log into a successor of its shard, with a consumer of
 * its own. The shard goes on beside it, as far as it can, until the successor takes its place.
 *
 * <p>Where the log is damaged and the shard was told to go on behind that, the successor does so by
 * itself, and has the gap, too.
 *
 * <p><b>Ownership:</b> owns its poller. The successor is the collection's.
 *
 * <p><b>Threads:</b> any.
 */
final class Rebuild implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

  private final ShardRun.Surroundings around;
  private final int partition;
  private final ShardRun.Incarnation topic;
  private final String cause;
  private final Shard successor;
  private final PartitionPoller poller;
  private final long beginningOffset;
  private final EarlierReading earlier;
  private volatile Optional<Throwable> failure = Optional.empty();

  /** Guarded by this. */
  private @Nullable Reading reading;

  /** Guarded by this: nothing is read any more. */
  private boolean stopped;

  private Rebuild(
      ShardRun.Surroundings around,
      int partition,
      ShardRun.Incarnation topic,
      String cause,
      Shard successor,
      PartitionPoller poller,
      long beginningOffset,
      EarlierReading earlier) {
    this.around = around;
    this.partition = partition;
    this.topic = topic;
    this.cause = cause;
    this.successor = successor;
    this.poller = poller;
    this.beginningOffset = beginningOffset;
    this.earlier = earlier;
  }

  /**
   * Starts to read.
   *
   * @param beginningOffset where the log begins
   * @param earlier what the shard does, and has done, with this log
   */
  static Rebuild start(
      ShardRun.Surroundings around,
      int partition,
      ShardRun.Incarnation topic,
      String cause,
      long beginningOffset,
      EarlierReading earlier)
      throws IOException, SourceChangedException {
    Shard successor = around.collection().successor(partition);
    try {
      if (topic.id().isPresent()) {
        successor.bind(topic.id().get());
      }
      successor.topicPartitions(topic.partitions());
      // Empty as it is, it misses no delete from now on.
      successor.caughtUp(around.clock().instant());
      Rebuild rebuild =
          new Rebuild(
              around,
              partition,
              topic,
              cause,
              successor,
              around.ownPollers().get(),
              beginningOffset,
              earlier);
      rebuild.read();
      return rebuild;
    } catch (SourceChangedException | RuntimeException e) {
      around.collection().abandon(partition);
      throw e;
    }
  }

  /** Reads on from where the successor stands. */
  private synchronized void read() {
    reading =
        Reading.start(
            around.flows().apply(successor, earlier),
            poller.batches(
                around.feed().topic(),
                partition,
                topic.id(),
                successor.appliedPosition(),
                around.credit()),
            this::failed);
  }

  private synchronized void failed(Throwable error) {
    if (stopped || !goesOnBehind(error)) {
      failure = Optional.of(error);
    }
  }

  /** Leaves out what is damaged if the shard was told to, and reads on. */
  private boolean goesOnBehind(Throwable error) {
    if (!(error instanceof IntakeException intake)
        || intake.kind() != IntakeException.Kind.UNREADABLE_RECORD) {
      return false;
    }
    long at = successor.appliedPosition().map(SourcePosition::nextOffset).orElse(beginningOffset);
    Optional<Gap> given = earlier.gapAt(at);
    if (given.isEmpty()) {
      return false;
    }
    Gap gap = new Gap(at, given.get().nextOffset(), given.get().acceptedAt(), given.get().reason());
    LOG.warn(
        "collection {} partition {}: the rebuild, too, goes on without {} offsets from {} on: {}",
        around.feed().collection(),
        partition,
        gap.offsets(),
        at,
        String.valueOf(error.getMessage()));
    successor.acceptGap(gap);
    read();
    return true;
  }

  Shard successor() {
    return successor;
  }

  /** The topic that it reads. */
  ShardRun.Incarnation topic() {
    return topic;
  }

  /** Why it does not go on, if it does not. */
  Optional<Throwable> failure() {
    return failure;
  }

  /** Whether everything that a log had is in the successor. */
  boolean hasReached(LogRange log) {
    return Math.max(position(), log.beginningOffset()) >= log.endOffset();
  }

  IngestState state(long endOffset) {
    return new IngestState.Rebuilding(cause, position(), endOffset);
  }

  /** Everything below is in the successor; 0 if that is gone. */
  long position() {
    try {
      return successor.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
    } catch (IllegalStateException e) {
      // Closed a moment ago, with the shard that it is for or because nothing came of it.
      return 0;
    }
  }

  /** Ends the reading; completes when nothing more is applied. */
  synchronized CompletableFuture<@Nullable Void> stop() {
    stopped = true;
    Reading running = reading;
    return running == null ? CompletableFuture.completedFuture(null) : running.stop();
  }

  synchronized CompletableFuture<@Nullable Void> ended() {
    Reading running = reading;
    return running == null ? CompletableFuture.completedFuture(null) : running.ended();
  }

  /** Ends it, and throws away what it has read. */
  void abandon() {
    var _ = stop().thenRun(this::removeSuccessor);
    close();
  }

  private void removeSuccessor() {
    try {
      around.collection().abandon(partition);
    } catch (IOException | IllegalStateException e) {
      LOG.warn(
          "collection {} partition {}: what a rebuild has left stays until the next start: {}",
          around.feed().collection(),
          partition,
          e.toString());
    }
  }

  /** Ends its consumer, without waiting for that. */
  @Override
  public void close() {
    var _ = Thread.ofPlatform().name("weir-rebuild-end").daemon().start(poller::close);
  }
}
