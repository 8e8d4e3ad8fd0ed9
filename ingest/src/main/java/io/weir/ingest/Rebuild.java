package io.weir.ingest;

import io.weir.ingest.poll.PartitionPoller;
import io.weir.storage.Shard;
import io.weir.storage.SourceChangedException;
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
  private volatile Optional<Throwable> failure = Optional.empty();
  private @Nullable Reading reading;

  private Rebuild(
      ShardRun.Surroundings around,
      int partition,
      ShardRun.Incarnation topic,
      String cause,
      Shard successor,
      PartitionPoller poller) {
    this.around = around;
    this.partition = partition;
    this.topic = topic;
    this.cause = cause;
    this.successor = successor;
    this.poller = poller;
  }

  /** Starts to read. */
  static Rebuild start(
      ShardRun.Surroundings around, int partition, ShardRun.Incarnation topic, String cause)
      throws IOException, SourceChangedException {
    Shard successor = around.collection().successor(partition);
    try {
      return start(around, partition, topic, cause, successor);
    } catch (SourceChangedException | RuntimeException e) {
      around.collection().abandon(partition);
      throw e;
    }
  }

  private static Rebuild start(
      ShardRun.Surroundings around,
      int partition,
      ShardRun.Incarnation topic,
      String cause,
      Shard successor)
      throws SourceChangedException {
    if (topic.id().isPresent()) {
      successor.bind(topic.id().get());
    }
    successor.topicPartitions(topic.partitions());
    // Empty as it is, it misses no delete from now on.
    successor.caughtUp(around.clock().instant());
    Rebuild rebuild =
        new Rebuild(around, partition, topic, cause, successor, around.ownPollers().get());
    rebuild.reading =
        Reading.start(
            around.flows().apply(successor),
            rebuild.poller.batches(
                around.feed().topic(), partition, topic.id(), Optional.empty(), around.credit()),
            error -> rebuild.failure = Optional.of(error));
    return rebuild;
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
  CompletableFuture<@Nullable Void> stop() {
    Reading running = reading;
    return running == null ? CompletableFuture.completedFuture(null) : running.stop();
  }

  CompletableFuture<@Nullable Void> ended() {
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
