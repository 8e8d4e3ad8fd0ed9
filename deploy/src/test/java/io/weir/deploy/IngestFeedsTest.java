package io.weir.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.api.FeedStatus.Feed;
import io.weir.api.FeedStatus.Progress;
import io.weir.api.FeedStatus.Readiness;
import io.weir.deploy.config.ReadinessConfig;
import io.weir.ingest.CollectionStatus;
import io.weir.ingest.IngestState;
import io.weir.ingest.IngestStatus;
import io.weir.ingest.LogRange;
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

  private ReadinessConfig readiness = ReadinessConfig.defaults();

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
  void theTopicOfACollectionIsTold() {
    IngestFeeds feeds =
        feeds(
            new CollectionStatus("docs", "documents", RUNNING, Map.of(), true, List.of()),
            collection("done", RUNNING));

    assertEquals(Optional.of("documents"), feeds.topic("docs"));
    assertEquals(Optional.empty(), feeds.topic("dogs"));
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
                // Those of partition 1 were counted before it went to another process.
                Map.of(0, Map.of("bad-json", 2L), 1, Map.of("bad-json", 5L), 3, Map.of("nan", 1L)),
                true,
                List.of(shard(0, RUNNING, 4, 10), shard(3, stopped, 7, 10))));

    assertEquals(
        List.of(
            new Feed(
                "docs", 0, "running", false, Optional.empty(), progress(6), Map.of("bad-json", 2L)),
            new Feed(
                "docs",
                3,
                "stopped",
                true,
                Optional.of(stopped.description()),
                progress(3),
                Map.of("nan", 1L))),
        feeds.feeds());
  }

  @Test
  void whoWaitsForNothingIsReadyAtOnce() {
    readiness = new ReadinessConfig(ReadinessConfig.WaitFor.NOTHING, Duration.ZERO);
    IngestFeeds feeds = feeds(collection("docs", RUNNING, shard(0, RUNNING, 3, 10)));

    assertEquals(new Readiness.Ready(), feeds.readiness());
  }

  @Test
  void whoIsTooFarBehindIsNotReadyAgain() {
    CollectionStatus docs = collection("docs", RUNNING, shard(0, RUNNING, 10, 10));
    readiness = new ReadinessConfig(ReadinessConfig.WaitFor.CAUGHT_UP, Duration.ofMillis(2_999));
    assertEquals(
        new Readiness.Waiting(
            "collection docs: partition 0: more than 2999 ms behind: 0 records to go"),
        feeds(docs).readiness());
    readiness = new ReadinessConfig(ReadinessConfig.WaitFor.CAUGHT_UP, Duration.ofSeconds(3));
    assertEquals(new Readiness.Ready(), feeds(docs).readiness());
  }

  private IngestFeeds feeds(CollectionStatus... collections) {
    IngestStatus status = new IngestStatus(Optional.empty(), Duration.ZERO, List.of(collections));
    return new IngestFeeds(() -> status, readiness);
  }

  private static CollectionStatus collection(
      String name, IngestState state, ShardStatus... shards) {
    return new CollectionStatus(name, name, state, Map.of(), shards.length > 0, List.of(shards));
  }

  private static ShardStatus shard(int partition, IngestState state, long applied, long end) {
    return new ShardStatus(
        partition,
        state,
        Optional.of(new SourcePosition(applied, 0)),
        new LogRange(1, end, end + 2),
        end,
        applied >= end,
        end - applied,
        Optional.of(Duration.ofSeconds(3)),
        7);
  }

  private static Progress progress(long lag) {
    return new Progress(
        OptionalLong.of(1),
        OptionalLong.of(10),
        OptionalLong.of(lag),
        Optional.of(Duration.ofSeconds(3)),
        OptionalLong.of(2),
        OptionalLong.of(7));
  }
}
