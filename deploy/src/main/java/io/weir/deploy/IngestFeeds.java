package io.weir.deploy;

import io.weir.api.FeedStatus;
import io.weir.deploy.config.ReadinessConfig;
import io.weir.deploy.config.ReadinessConfig.WaitFor;
import io.weir.ingest.CollectionStatus;
import io.weir.ingest.IngestService;
import io.weir.ingest.IngestState;
import io.weir.ingest.IngestStatus;
import io.weir.ingest.ShardStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells the API, which does not know ingest, how ingest is doing. */
final class IngestFeeds implements FeedStatus {

  private final Supplier<IngestStatus> ingest;
  private final ReadinessConfig readiness;

  IngestFeeds(IngestService ingest, ReadinessConfig readiness) {
    this(ingest::status, readiness);
  }

  IngestFeeds(Supplier<IngestStatus> ingest, ReadinessConfig readiness) {
    this.ingest = ingest;
    this.readiness = readiness;
  }

  @Override
  public Readiness readiness() {
    IngestStatus status = ingest.get();
    if (readiness.waitFor() == WaitFor.NOTHING || status.caughtUp()) {
      String late = late(status);
      return late.isEmpty() ? new Readiness.Ready() : new Readiness.Waiting(late);
    }
    if (!status.topicsKnown()) {
      return new Readiness.Waiting(
          "the brokers have not told which topics match: "
              + status.problem().orElse("not connected yet"));
    }
    return new Readiness.Waiting(
        status.collections().stream()
            .filter(collection -> !collection.caughtUp())
            .flatMap(IngestFeeds::reasons)
            .collect(Collectors.joining("; ")));
  }

  /** The partitions that are too far behind, in words; nothing if none is. */
  private String late(IngestStatus status) {
    Duration limit = readiness.maxTimeLag();
    if (limit.isZero()) {
      return "";
    }
    return status.collections().stream()
        .flatMap(collection ->
            collection.shards().stream()
                .filter(shard -> shard.timeLag().map(lag -> lag.compareTo(limit) > 0).orElse(true))
                .map(shard ->
                    "collection "
                        + collection.collection()
                        + ": partition "
                        + shard.partition()
                        + ": more than "
                        + limit.toMillis()
                        + " ms behind: "
                        + reason(shard)))
        .collect(Collectors.joining("; "));
  }

  private static Stream<String> reasons(CollectionStatus collection) {
    String name = "collection " + collection.collection() + ": ";
    if (collection.shards().stream().allMatch(ShardStatus::caughtUp)) {
      return Stream.of(name + collection.state().description());
    }
    return collection.shards().stream()
        .filter(shard -> !shard.caughtUp())
        .map(shard -> name + "partition " + shard.partition() + ": " + reason(shard));
  }

  private static String reason(ShardStatus shard) {
    return shard.state() instanceof IngestState.Running
        ? shard.lag() + " records to go"
        : shard.state().description();
  }

  @Override
  public List<Feed> feeds() {
    return ingest.get().collections().stream().flatMap(IngestFeeds::feeds).toList();
  }

  @Override
  public Optional<String> topic(String collection) {
    return ingest.get().collections().stream()
        .filter(fed -> fed.collection().equals(collection))
        .map(CollectionStatus::topic)
        .findFirst();
  }

  private static Stream<Feed> feeds(CollectionStatus collection) {
    return collection.shards().stream()
        .map(shard ->
            feed(
                collection.collection(),
                shard,
                collection.rejectedByPartition().getOrDefault(shard.partition(), Map.of())));
  }

  private static Feed feed(String collection, ShardStatus shard, Map<String, Long> rejected) {
    return new Feed(
        collection,
        shard.partition(),
        shard.state().name(),
        shard.state().isTrouble(),
        shard.state() instanceof IngestState.Running
            ? Optional.empty()
            : Optional.of(shard.state().description()),
        new FeedStatus.Progress(
            OptionalLong.of(shard.log().beginningOffset()),
            OptionalLong.of(shard.log().endOffset()),
            OptionalLong.of(shard.lag()),
            shard.timeLag(),
            OptionalLong.of(shard.log().uncommittedOffsets()),
            OptionalLong.of(shard.bytesPerSecond())),
        rejected);
  }
}
