package io.weir.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.api.FeedStatus.Feed;
import io.weir.api.FeedStatus.Readiness;
import io.weir.ingest.CollectionStatus;
import io.weir.ingest.IngestState;
import io.weir.ingest.IngestStatus;
import io.weir.ingest.ShardStatus;
import io.weir.ingest.StopReason;
import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class IngestFeedsTest {

  private static final IngestState RUNNING = new IngestState.Running();

  @Test
  void caughtUpIsReady() {
    IngestFeeds feeds = feeds(collection("docs", RUNNING, shard(0, RUNNING, 10, 10)));

    assertEquals(new Readiness.Ready(), feeds.readiness());
  }

  @Test
  void whatIsBehindIsWaitedForByName() {
    IngestFeeds feeds =
        feeds(
            collection("done", RUNNING, shard(0, RUNNING, 10, 10)),
            collection("docs", RUNNING, shard(0, RUNNING, 10, 10), shard(1, RUNNING, 3, 10)));

    assertEquals(
        new Readiness.Waiting("collection docs: partition 1: 7 records to go"), feeds.readiness());
  }

  @Test
  void aCollectionWithoutItsTopicIsWaitedFor() {
    IngestFeeds feeds = feeds(collection("docs", new IngestState.WaitingForTopic("documents")));

    assertEquals(
        new Readiness.Waiting("collection docs: waiting for topic documents, which does not exist"),
        feeds.readiness());
  }

  @Test
  void aShardThatIsNotRunningSaysWhy() {
    IngestState full = new IngestState.WaitingForRoom(8, 9);
    IngestFeeds feeds =
        feeds(collection("docs", RUNNING, shard(0, full, 3, 10), shard(1, RUNNING, 9, 10)));

    assertEquals(
        new Readiness.Waiting(
            "collection docs: partition 0: "
                + full.description()
                + "; collection docs: partition 1: 1 records to go"),
        feeds.readiness());
  }

  @Test
  void everyPartitionIsAFeed() {
    IngestState stopped = new IngestState.Stopped(StopReason.LOG_TRUNCATED, "at 7");
    IngestFeeds feeds =
        feeds(
            new CollectionStatus(
                "docs",
                "documents",
                RUNNING,
                Map.of("bad-json", 2L),
                List.of(shard(0, RUNNING, 4, 10), shard(3, stopped, 7, 10))));

    assertEquals(
        List.of(
            new Feed(
                "docs",
                0,
                "running",
                Optional.empty(),
                OptionalLong.of(10),
                OptionalLong.of(6),
                Map.of("bad-json", 2L)),
            new Feed(
                "docs",
                3,
                "stopped",
                Optional.of(stopped.description()),
                OptionalLong.of(10),
                OptionalLong.of(3),
                Map.of())),
        feeds.feeds());
  }

  private static IngestFeeds feeds(CollectionStatus... collections) {
    IngestStatus status = new IngestStatus(Optional.empty(), Duration.ZERO, List.of(collections));
    return new IngestFeeds(() -> status);
  }

  private static CollectionStatus collection(
      String name, IngestState state, ShardStatus... shards) {
    return new CollectionStatus(name, name, state, Map.of(), List.of(shards));
  }

  private static ShardStatus shard(int partition, IngestState state, long applied, long end) {
    return new ShardStatus(
        partition, state, Optional.of(new SourcePosition(applied, 0)), 0, end, end, applied >= end);
  }
}
