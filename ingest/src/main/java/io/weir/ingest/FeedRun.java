package io.weir.ingest;

import io.weir.ingest.flow.DeadLetters;
import io.weir.ingest.flow.EarlierReading;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.flow.RejectLog;
import io.weir.ingest.flow.ShardFlow;
import io.weir.ingest.poll.ByteBudget;
import io.weir.ingest.poll.ByteCredit;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * One collection's feed: waits for its topic, starts a {@link ShardRun} for each partition that is
 * this process's, and watches that the topic stays the one that it was.
 *
 * <p><b>Ownership:</b> owns its dead-letter topic's producer; borrows all else.
 *
 * <p><b>Threads:</b> {@link #look} and {@link #unreachable} belong to the control thread; the rest
 * any.
 */
final class FeedRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedRun.class);

  /** An operator may change a topic's settings; a rebuild for their sake can wait so long. */
  private static final Duration POLICY_AGE = Duration.ofMinutes(10);

  private static final Duration UNKNOWN_POLICY_AGE = Duration.ofMinutes(1);
  private static final Duration SHORT_DELETE_RETENTION = Duration.ofHours(1);

  private final CollectionFeed feed;
  private final FeedDecoders decoders;
  private final VectorCollection collection;
  private final Scheduler scheduler;
  private final IngestMetrics metrics;
  private final ByteCredit credit;
  private final RejectLog rejects;
  private final Optional<KafkaDeadLetters> deadLetters;

  private final SharedPoller shared;
  private final Supplier<PartitionPoller> ownPollers;
  private final InstantSource clock;
  private final Assignment assignment;
  private final OwnedShards shards;

  /** Control thread only. */
  private Optional<TopicPolicy> policy = Optional.empty();

  /** Control thread only. */
  private Optional<Instant> policyFirstAskedAt = Optional.empty();

  /** Control thread only. */
  private Instant policyKnownAt = Instant.EPOCH;

  /** So many partitions an operator has accepted; control thread only. */
  private OptionalInt acceptedPartitions = OptionalInt.empty();

  /** So many the topic had when shards were first begun; control thread only. */
  private OptionalInt partitions = OptionalInt.empty();

  private volatile IngestState state = new IngestState.Connecting("");

  /** Whether it is known which partitions are this process's. */
  private volatile boolean settled;

  /** Whether what the brokers are asked is about to be broken off. */
  private volatile boolean closing;

  FeedRun(
      CollectionFeed feed,
      FeedDecoders decoders,
      VectorCollection collection,
      IngestSettings settings,
      ByteBudget budget,
      Scheduler scheduler,
      IngestMetrics metrics,
      SharedPoller shared,
      Supplier<PartitionPoller> ownPollers,
      InstantSource clock) {
    this.feed = feed;
    this.decoders = decoders;
    this.collection = collection;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.shared = shared;
    this.ownPollers = ownPollers;
    this.clock = clock;
    this.assignment = settings.assignment();
    this.shards = new OwnedShards(collection, scheduler::schedule);
    this.credit = new ByteCredit(budget);
    this.rejects = new RejectLog(feed.collection(), disposal(feed), metrics);
    this.deadLetters =
        feed.deadLetterTopic()
            .filter(_ -> feed.onReject() == OnReject.DEAD_LETTER)
            .map(topic -> new KafkaDeadLetters(feed, topic, settings.kafkaProperties()));
    metrics.inFlightBytes(feed.collection(), credit::heldBytes);
    metrics.stoppedShards(
        feed.collection(), () -> shards.runs().stream().filter(ShardRun::isStopped).count());
  }

  /** What becomes of a rejected record, for the log. */
  private static String disposal(CollectionFeed feed) {
    return switch (feed.onReject()) {
      case DEAD_LETTER -> "it goes to topic " + feed.deadLetterTopic().orElseThrow();
      case STOP -> "the shard stops before it";
      case DROP -> "it is dropped";
    };
  }

  String collection() {
    return feed.collection();
  }

  CollectionFeed feed() {
    return feed;
  }

  String topic() {
    return feed.topic();
  }

  OwnedShards shards() {
    return shards;
  }

  /** The partition is no longer this process's. Returns its tenure, for the caller to end. */
  Optional<ShardTenure> take(int partition) {
    metrics.forgetShard(feed.collection(), partition);
    return shards.take(partition);
  }

  /** Acts on what the brokers say of the topic. */
  void look(TopicLookup.Topic found, TopicLookup lookup) {
    if (state instanceof IngestState.Stopped) {
      return;
    }
    switch (found) {
      case TopicLookup.Topic.Absent _ -> {
        IngestState absent = new IngestState.WaitingForTopic(feed.topic());
        become(absent);
        shards.runs().forEach(shard -> shard.lookInVain(absent));
      }
      case TopicLookup.Topic.Unknown(String error) -> unreachable(error);
      case TopicLookup.Topic.Present present -> {
        learnPolicy(lookup);
        if (present.partitions() > partitions.orElse(present.partitions())) {
          stop(
              StopReason.PARTITIONS_ADDED,
              "topic "
                  + feed.topic()
                  + " had "
                  + partitions.getAsInt()
                  + " partitions and now has "
                  + present.partitions());
        } else {
          proceed(present, lookup);
        }
      }
    }
  }

  /** The brokers are no longer asked: what fails from now on is no news of them. */
  void closing() {
    closing = true;
  }

  void unreachable(String error) {
    if (!closing && !(state instanceof IngestState.Stopped)) {
      IngestState connecting = new IngestState.Connecting(error);
      become(connecting);
      shards.runs().forEach(shard -> shard.lookInVain(connecting));
    }
  }

  /** Goes on in the way that an operator wants. */
  ResumeResult resume(int partition, ResumeWay way, TopicLookup lookup) {
    Optional<ShardTenure> shard =
        shards.tenures().stream()
            .filter(one -> one.partition() == partition && one.run().isPresent())
            .findFirst();
    if (shard.isEmpty()) {
      return new ResumeResult.Unknown();
    }
    if (way instanceof ResumeWay.AcceptPartitions) {
      return acceptPartitions(lookup);
    }
    if (state instanceof IngestState.Stopped) {
      return new ResumeResult.Refused("the whole collection has stopped: " + state.description());
    }
    Optional<LogRange> log =
        lookup.ranges(feed.topic(), List.of(partition))
                instanceof TopicLookup.Ranges.Known(Map<Integer, LogRange> ranges)
            ? Optional.ofNullable(ranges.get(partition))
            : Optional.empty();
    return shard
        .get()
        .ask(run -> run.resume(way, log))
        .orElse(new ResumeResult.Refused("the partition has just gone to another member"));
  }

  private ResumeResult acceptPartitions(TopicLookup lookup) {
    if (!(state instanceof IngestState.Stopped(StopReason reason, String _))
        || reason != StopReason.PARTITIONS_ADDED) {
      return new ResumeResult.Refused("the topic's partitions are not what stopped it");
    }
    if (!(lookup.topics(List.of(feed.topic())).get(feed.topic())
        instanceof TopicLookup.Topic.Present present)) {
      return new ResumeResult.Refused("the brokers do not tell how many partitions there are");
    }
    if (!shards.runs().stream().allMatch(run -> run.ended().isDone())) {
      return new ResumeResult.Refused("it is still stopping; try again");
    }
    acceptedPartitions = OptionalInt.of(present.partitions());
    partitions = OptionalInt.empty();
    shards.beginAgain();
    become(new IngestState.Connecting(""));
    return new ResumeResult.Resumed("reads all " + present.partitions() + " partitions");
  }

  /** Ends rebuilds, which would not end by themselves for long. */
  void stopRebuilds() {
    shards.runs().forEach(ShardRun::stopRebuild);
  }

  /** Ends every shard after the record in hand. */
  void stop(StopReason reason, String detail) {
    become(new IngestState.Stopped(reason, detail));
    shards.runs().forEach(shard -> shard.stop(reason, detail));
  }

  /** Lets nothing begin any more. Completes when nothing more is applied to any shard. */
  CompletableFuture<@Nullable Void> ended() {
    return shards.ended();
  }

  CollectionStatus status() {
    return new CollectionStatus(
        feed.collection(),
        feed.topic(),
        state,
        rejects.counts(),
        settled && shards.allBegun(),
        shards.runs().stream().map(ShardRun::status).toList());
  }

  @Override
  public void close() {
    shards.runs().forEach(ShardRun::leave);
    deadLetters.ifPresent(KafkaDeadLetters::close);
  }

  /** For its first minute the policy is asked for with each look, and nothing is decided. */
  private boolean isPolicyPending() {
    return policy.isEmpty()
        && policyFirstAskedAt
            .map(first -> first.plus(UNKNOWN_POLICY_AGE).isAfter(clock.instant()))
            .orElse(true);
  }

  private void learnPolicy(TopicLookup lookup) {
    Instant now = clock.instant();
    if (policyFirstAskedAt.isEmpty()) {
      policyFirstAskedAt = Optional.of(now);
    }
    Duration age = Duration.between(policyKnownAt, now);
    if (!isPolicyPending()
        && age.compareTo(policy.isPresent() ? POLICY_AGE : UNKNOWN_POLICY_AGE) < 0) {
      return;
    }
    Optional<TopicPolicy> answer = lookup.policy(feed.topic());
    if (answer.isEmpty() && !closing && policyKnownAt.equals(Instant.EPOCH)) {
      LOG.warn(
          "collection {}: the brokers do not tell the settings of topic {} (Weir's user needs"
              + " DESCRIBE_CONFIGS): whether deletes may have been missed cannot be told",
          feed.collection(),
          feed.topic());
    }
    answer
        .filter(TopicPolicy::compacted)
        .filter(told -> told.deleteRetention().compareTo(SHORT_DELETE_RETENTION) < 0)
        .filter(told -> !policy.equals(Optional.of(told)))
        .ifPresent(told ->
            LOG.warn(
                "collection {}: topic {} keeps tombstones for {} only (delete.retention.ms); when"
                    + " Weir is away for half of that, it has to read the topic again from its"
                    + " beginning",
                feed.collection(),
                feed.topic(),
                told.deleteRetention()));
    policy = answer.or(() -> policy);
    policyKnownAt = now;
  }

  /** Begins what has come to this process, and tells what it already had how things are. */
  private void proceed(TopicLookup.Topic.Present topic, TopicLookup lookup) {
    switch (assignment) {
      case Assignment.All _ -> shards.give(IntStream.range(0, topic.partitions()).boxed().toList());
      case Assignment.Listed listed -> shards.give(listed(listed, topic.partitions()));
      // Given by the group, on the poll thread.
      case Assignment.Group _ -> {}
    }
    // One without a leader stays due; the others do not wait for it.
    List<ShardTenure> due =
        shards.due().stream()
            .filter(one ->
                one.partition() < topic.partitions()
                    && !topic.leaderless().contains(one.partition()))
            .toList();
    List<Integer> led =
        Stream.concat(due.stream(), shards.tenures().stream())
            .map(ShardTenure::partition)
            .distinct()
            .filter(one -> one < topic.partitions() && !topic.leaderless().contains(one))
            .toList();
    switch (lookup.ranges(feed.topic(), led)) {
      case TopicLookup.Ranges.Known(Map<Integer, LogRange> ranges) -> {
        shards.tenures().forEach(tenure -> look(tenure, topic, ranges));
        if (due.isEmpty() || begin(due, topic, ranges)) {
          settle();
        }
      }
      case TopicLookup.Ranges.Unknown(String error) -> unreachable(error);
    }
  }

  private List<Integer> listed(Assignment.Listed listed, int topicPartitions) {
    return listed.partitions().getOrDefault(feed.collection(), Set.of()).stream()
        .filter(partition -> partition < topicPartitions)
        .toList();
  }

  private void look(
      ShardTenure tenure, TopicLookup.Topic.Present topic, Map<Integer, LogRange> ranges) {
    ShardRun.Incarnation incarnation = new ShardRun.Incarnation(topic.id(), topic.partitions());
    Optional<LogRange> log = Optional.ofNullable(ranges.get(tenure.partition()));
    tenure.act(shard -> {
      shard.look(new ShardRun.Look(clock.instant(), incarnation, log, policy, isPolicyPending()));
      if (topic.leaderless().contains(shard.partition())) {
        shard.lookInVain(new IngestState.WithoutLeader());
      }
    });
  }

  /** Returns whether they have begun. */
  private boolean begin(
      List<ShardTenure> due, TopicLookup.Topic.Present topic, Map<Integer, LogRange> ranges) {
    if (topic.id().isEmpty()) {
      LOG.warn(
          "collection {}: the brokers give topic {} no id; if it is deleted and made again, Weir"
              + " cannot tell",
          feed.collection(),
          feed.topic());
    }
    ShardRun.Surroundings around =
        new ShardRun.Surroundings(
            feed, collection, shared, credit, this::flow, ownPollers, metrics, clock);
    ShardRun.Incarnation incarnation = new ShardRun.Incarnation(topic.id(), topic.partitions());
    boolean accepted = acceptedPartitions.equals(OptionalInt.of(topic.partitions()));
    partitions = OptionalInt.of(topic.partitions());
    boolean others = false;
    for (ShardTenure tenure : due) {
      int partition = tenure.partition();
      ShardRun shard =
          new ShardRun(
              around, partition, incarnation, Objects.requireNonNull(ranges.get(partition)));
      if (accepted) {
        shard.acceptPartitions();
      }
      tenure.begin(shard);
      tenure.act(ShardRun::open);
      others |= tenure.ask(ShardRun::hasOtherPartitions).orElse(false);
      metrics.forgetShard(feed.collection(), partition);
      metrics.shard(feed.collection(), partition, new ShardMeters(shard));
    }
    if (!accepted && others) {
      stop(
          StopReason.PARTITIONS_ADDED,
          "topic "
              + feed.topic()
              + " has "
              + topic.partitions()
              + " partitions now, and had another number when it was last read");
      return false;
    }
    due.forEach(tenure -> tenure.act(ShardRun::begin));
    return true;
  }

  private void settle() {
    if (assignment instanceof Assignment.Group(String group, _, _) && !shared.current().joined()) {
      settled = false;
      become(new IngestState.Joining(group));
    } else {
      settled = true;
      become(new IngestState.Running());
    }
  }

  private ShardFlow flow(Shard shard, EarlierReading earlier) {
    return new ShardFlow(
        feed.collection(),
        shard,
        decoders.next(),
        deadLetters.map(letters -> (DeadLetters) letters),
        feed.onReject() == OnReject.STOP,
        earlier,
        rejects,
        collection.fields(),
        metrics,
        scheduler,
        clock);
  }

  private void become(IngestState now) {
    if (!now.name().equals(state.name())) {
      LOG.info("collection {}: {}", feed.collection(), now.description());
    }
    state = now;
  }
}
