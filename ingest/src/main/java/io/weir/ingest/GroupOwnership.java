package io.weir.ingest;

import io.weir.ingest.poll.RebalanceHandler;
import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what a consumer group decides: a partition that comes is noted and opened by the
 * control thread; one that goes is written and closed before the poll goes on, within {@link
 * #LIMIT}; one that is lost is closed without writing.
 *
 * <p>Another member has a store of its own, so what does not become durable in time is not wrong
 * anywhere: it is read again from Kafka by whoever gets the partition.
 *
 * <p><b>Threads:</b> the poll thread; {@link #stop} any.
 */
final class GroupOwnership implements RebalanceHandler {
  /** How long a poll may stand still for partitions that go. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** How long of that the batches in hand may take before they are left in the middle. */
  private static final Duration BATCH_LIMIT = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(GroupOwnership.class);

  private final Function<String, Optional<FeedRun>> feeds;
  private final Runnable wakeControl;
  private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();

  /**
   * Decides nothing by itself.
   *
   * @param feeds the feed of a topic
   * @param wakeControl has the control thread look at what can be begun; does not wait
   */
  GroupOwnership(Function<String, Optional<FeedRun>> feeds, Runnable wakeControl) {
    this.feeds = feeds;
    this.wakeControl = wakeControl;
  }

  /** From now on nothing is waited for. */
  void stop() {
    stopped.complete(null);
  }

  @Override
  public void assigned(Set<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      feeds
          .apply(partition.topic())
          .ifPresent(feed -> feed.shards().give(Set.of(partition.partition())));
    }
    wakeControl.run();
  }

  @Override
  public Map<TopicPartition, SourcePosition> revoked(Set<TopicPartition> partitions) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Map<TopicPartition, ShardTenure> going = take(partitions);
    CompletableFuture<?> ended = all(going.values().stream().map(ShardTenure::ended).toList());
    if (!await(ended, BATCH_LIMIT)) {
      LOG.info("a batch of {} is left in the middle", going.keySet());
    }
    going.forEach((partition, tenure) -> shards(partition).giveUp(tenure));
    CompletableFuture<?> closed = all(going.values().stream().map(ShardTenure::closed).toList());
    if (!await(closed, Duration.ofNanos(deadline - System.nanoTime()))) {
      LOG.warn(
          "the shards of {} are not written and closed after {}; the group goes on without waiting",
          going.keySet(),
          LIMIT);
    }
    wakeControlAfter(going);
    Map<TopicPartition, SourcePosition> durable = new HashMap<>();
    going.forEach((partition, tenure) ->
        tenure
            .run()
            .flatMap(ShardRun::durable)
            .ifPresent(position -> durable.put(partition, position)));
    return durable;
  }

  @Override
  public void lost(Set<TopicPartition> partitions) {
    Map<TopicPartition, ShardTenure> gone = take(partitions);
    gone.forEach((partition, tenure) -> shards(partition).drop(tenure));
    wakeControlAfter(gone);
  }

  private Map<TopicPartition, ShardTenure> take(Set<TopicPartition> partitions) {
    Map<TopicPartition, ShardTenure> taken = new HashMap<>();
    for (TopicPartition partition : partitions) {
      feeds
          .apply(partition.topic())
          .flatMap(feed -> feed.take(partition.partition()))
          .ifPresent(tenure -> taken.put(partition, tenure));
    }
    return taken;
  }

  private OwnedShards shards(TopicPartition partition) {
    return feeds.apply(partition.topic()).orElseThrow().shards();
  }

  /** One of them may have come back, and waits for its shard to be closed. */
  private void wakeControlAfter(Map<TopicPartition, ShardTenure> closing) {
    closing
        .values()
        .forEach(tenure -> {
          var _ = tenure.closed().whenComplete((_, _) -> wakeControl.run());
        });
  }

  private boolean await(CompletableFuture<?> all, Duration limit) {
    try {
      CompletableFuture.anyOf(all, stopped).get(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
      return all.isDone();
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      // A shard that failed to close has been logged, and is as done as it will be.
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static CompletableFuture<?> all(List<CompletableFuture<@Nullable Void>> futures) {
    return CompletableFuture.allOf(new ArrayList<>(futures).toArray(CompletableFuture<?>[]::new));
  }
}
