package io.weir.ingest;

import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.flow.DeadLetters;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.flow.RejectLog;
import io.weir.ingest.flow.ShardFlow;
import io.weir.ingest.poll.ByteCredit;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * One collection's feed: waits for its topic, starts a {@link ShardRun} for each partition, and
 * watches that the topic stays the one that it was.
 *
 * <p><b>Ownership:</b> owns its dead-letter topic's producer; borrows all else.
 *
 * <p><b>Threads:</b> {@link #look} and {@link #unreachable} belong to the control thread; the rest
 * any.
 */
final class FeedRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedRun.class);

  private final CollectionFeed feed;
  private final VectorCollection collection;
  private final Scheduler scheduler;
  private final IngestMetrics metrics;
  private final ByteCredit credit;
  private final RejectLog rejects;
  private final Optional<KafkaDeadLetters> deadLetters;

  /** Control thread only. */
  private Optional<UUID> topicId = Optional.empty();

  private volatile IngestState state = new IngestState.Connecting("");
  private volatile List<ShardRun> shards = List.of();

  FeedRun(
      CollectionFeed feed,
      VectorCollection collection,
      IngestSettings settings,
      Scheduler scheduler,
      IngestMetrics metrics) {
    this.feed = feed;
    this.collection = collection;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.credit = new ByteCredit(settings.inFlightBytes());
    this.rejects =
        new RejectLog(
            feed.collection(),
            feed.deadLetterTopic()
                .map(topic -> "it goes to topic " + topic)
                .orElse("there is no dead-letter topic, so it is gone"),
            metrics);
    this.deadLetters =
        feed.deadLetterTopic()
            .map(topic -> new KafkaDeadLetters(feed, topic, settings.kafkaProperties()));
    metrics.inFlightBytes(feed.collection(), credit::heldBytes);
    metrics.stoppedShards(
        feed.collection(), () -> shards.stream().filter(ShardRun::isStopped).count());
  }

  String topic() {
    return feed.topic();
  }

  /** Acts on what the brokers say of the topic. */
  void look(TopicLookup.Topic found, TopicLookup lookup, PartitionPoller poller) {
    if (state instanceof IngestState.Stopped) {
      return;
    }
    switch (found) {
      case TopicLookup.Topic.Absent _ -> become(new IngestState.WaitingForTopic(feed.topic()));
      case TopicLookup.Topic.Unknown(String error) -> unreachable(error);
      case TopicLookup.Topic.Present present -> {
        if (shards.isEmpty()) {
          start(present, lookup, poller);
        } else {
          watch(present, lookup);
        }
      }
    }
  }

  void unreachable(String error) {
    if (!(state instanceof IngestState.Stopped)) {
      become(new IngestState.Connecting(error));
    }
  }

  /** Ends every shard after the record in hand. */
  void stop(StopReason reason, String detail) {
    become(new IngestState.Stopped(reason, detail));
    shards.forEach(shard -> shard.stop(reason, detail));
  }

  /** Completes when nothing more is applied to any shard. */
  CompletableFuture<@Nullable Void> ended() {
    return CompletableFuture.allOf(
        shards.stream().map(ShardRun::ended).toArray(CompletableFuture<?>[]::new));
  }

  CollectionStatus status() {
    return new CollectionStatus(
        feed.collection(),
        feed.topic(),
        state,
        rejects.counts(),
        shards.stream().map(ShardRun::status).toList());
  }

  @Override
  public void close() {
    deadLetters.ifPresent(KafkaDeadLetters::close);
  }

  private void start(TopicLookup.Topic.Present found, TopicLookup lookup, PartitionPoller poller) {
    TopicLookup.Offsets beginnings = lookup.beginnings(feed.topic(), found.partitions());
    TopicLookup.Offsets ends = lookup.ends(feed.topic(), found.partitions());
    if (!(beginnings instanceof TopicLookup.Offsets.Known(List<Long> first))) {
      unreachable(beginnings.toString());
      return;
    }
    if (!(ends instanceof TopicLookup.Offsets.Known(List<Long> last))) {
      unreachable(ends.toString());
      return;
    }
    if (found.id().isEmpty()) {
      LOG.warn(
          "collection {}: the brokers give topic {} no id; if it is deleted and made again, Weir"
              + " cannot tell",
          feed.collection(),
          feed.topic());
    }
    topicId = found.id();
    List<ShardRun> started = new ArrayList<>();
    for (int partition = 0; partition < found.partitions(); partition++) {
      ShardRun shard = new ShardRun(feed, partition, first.get(partition), last.get(partition));
      started.add(shard);
      metrics.lag(feed.collection(), partition, shard::lag);
    }
    shards = List.copyOf(started);
    for (ShardRun shard : started) {
      shard.start(collection, topicId, poller, credit, this::flow);
    }
    become(new IngestState.Running());
  }

  private ShardFlow flow(Shard shard) {
    RecordDecoder decoder =
        switch (feed.format()) {
          case JSON -> RecordDecoder.json(feed.collection());
          case FLOAT32 -> RecordDecoder.float32();
        };
    return new ShardFlow(
        feed.collection(),
        shard,
        decoder,
        deadLetters.map(letters -> (DeadLetters) letters),
        rejects,
        metrics,
        scheduler);
  }

  private void watch(TopicLookup.Topic.Present found, TopicLookup lookup) {
    if (!found.id().equals(topicId)) {
      stop(
          StopReason.TOPIC_RECREATED,
          "topic "
              + feed.topic()
              + " had id "
              + topicId.map(UUID::toString).orElse("none")
              + " and now has "
              + found.id().map(UUID::toString).orElse("none"));
      return;
    }
    if (found.partitions() != shards.size()) {
      stop(
          StopReason.PARTITIONS_ADDED,
          "topic "
              + feed.topic()
              + " had "
              + shards.size()
              + " partitions and now has "
              + found.partitions());
      return;
    }
    switch (lookup.ends(feed.topic(), found.partitions())) {
      case TopicLookup.Offsets.Known(List<Long> ends) -> {
        shards.forEach(shard -> shard.endOffset(ends.get(shard.partition())));
        become(new IngestState.Running());
      }
      case TopicLookup.Offsets.Unknown(String error) -> unreachable(error);
    }
  }

  private void become(IngestState now) {
    if (!now.name().equals(state.name())) {
      LOG.info("collection {}: {}", feed.collection(), now.description());
    }
    state = now;
  }
}
