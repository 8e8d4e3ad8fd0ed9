package io.weir.deploy;

import io.weir.api.FeedStatus;
import io.weir.ingest.CollectionStatus;
import io.weir.ingest.IngestService;
import io.weir.ingest.IngestState;
import io.weir.ingest.IngestStatus;
import io.weir.ingest.ShardStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tells the API, which does not know ingest, how ingest is doing. */
final class IngestFeeds implements FeedStatus {

  private final Supplier<IngestStatus> ingest;

  IngestFeeds(IngestService ingest) {
    this(ingest::status);
  }

  IngestFeeds(Supplier<IngestStatus> ingest) {
    this.ingest = ingest;
  }

  @Override
  public Readiness readiness() {
    IngestStatus status = ingest.get();
    if (status.caughtUp()) {
      return new Readiness.Ready();
    }
    return new Readiness.Waiting(
        status.collections().stream()
            .filter(collection -> !collection.caughtUp())
            .flatMap(IngestFeeds::reasons)
            .collect(Collectors.joining("; ")));
  }

  private static Stream<String> reasons(CollectionStatus collection) {
    String name = "collection " + collection.collection() + ": ";
    if (collection.shards().isEmpty()) {
      return Stream.of(name + collection.state().description());
    }
    return collection.shards().stream()
        .filter(shard -> !shard.caughtUp())
        .map(shard -> name + "partition " + shard.partition() + ": " + reason(shard));
  }

  private static String reason(ShardStatus shard) {
    return switch (shard.state()) {
      case IngestState.Running() -> shard.lag() + " records to go";
      case IngestState.Connecting _,
          IngestState.WaitingForTopic _,
          IngestState.WaitingForRoom _,
          IngestState.WaitingForDeadLetterTopic _,
          IngestState.Stopped _ ->
          shard.state().description();
    };
  }

  @Override
  public List<Feed> feeds() {
    return ingest.get().collections().stream().flatMap(IngestFeeds::feeds).toList();
  }

  private static Stream<Feed> feeds(CollectionStatus collection) {
    List<ShardStatus> shards = collection.shards();
    return IntStream.range(0, shards.size())
        .mapToObj(i ->
            feed(
                collection.collection(),
                shards.get(i),
                // Counted for the collection: shown once, so that sums are right.
                i == 0 ? collection.rejected() : Map.of()));
  }

  private static Feed feed(String collection, ShardStatus shard, Map<String, Long> rejected) {
    return new Feed(
        collection,
        shard.partition(),
        shard.state().name(),
        shard.state() instanceof IngestState.Running
            ? Optional.empty()
            : Optional.of(shard.state().description()),
        OptionalLong.of(shard.endOffset()),
        OptionalLong.of(shard.lag()),
        rejected);
  }
}
