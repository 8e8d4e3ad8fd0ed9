package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.ingest.testing.PollThreads;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be in a shard's way, and how it goes on: against a real broker. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TroubleTest {
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir static Path brokerFolder;
  private static EmbeddedBroker broker;

  @TempDir Path storeFolder;
  private FeedFixture feed;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new EmbeddedBroker(brokerFolder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() throws IOException {
    feed = new FeedFixture(broker, storeFolder, "trouble-" + TOPICS.incrementAndGet());
  }

  @AfterEach
  void close() throws IOException {
    feed.close();
  }

  @Test
  void aGapIsAcceptedByTheOperatorAloneAndIsRecordedForGood() throws IOException {
    broker.createTopic(feed.topic, 1, Map.of());
    feed.send(0, "a", "b");
    feed.start();
    feed.awaitApplied(0, 2);
    feed.stop();
    feed.send(0, "c", "d", "e");
    feed.expire(0, 4);
    feed.start();

    IngestState.Stopped stopped =
        (IngestState.Stopped) feed.awaitState(0, IngestState.Stopped.class);
    assertEquals(StopReason.POSITION_OUT_OF_RANGE, stopped.reason());
    assertTrue(stopped.description().contains("--accept-gap"), stopped.description());
    assertInstanceOf(
        ResumeResult.Refused.class,
        feed.resume(0, new ResumeWay.AcceptGap(OptionalLong.of(3))),
        "the log does not have offset 3");

    assertEquals(
        new ResumeResult.Resumed("gave up offsets 2 to 3; reads on at offset 4"),
        feed.resume(0, new ResumeWay.AcceptGap(OptionalLong.empty())));
    feed.awaitApplied(0, 5);
    assertEquals(Set.of("a", "b", "e"), feed.keys());
    feed.restartStore();

    FeedNotes notes = feed.collection().shard(0).feedNotes();
    Gap gap = notes.gaps().getFirst();
    assertEquals(1, notes.gaps().size());
    assertEquals(List.of(2L, 4L), List.of(gap.fromOffset(), gap.nextOffset()));
    assertEquals("operator: position-out-of-range", gap.reason());
  }

  @Test
  void whatHasNotStoppedIsNotResumed() {
    broker.createTopic(feed.topic, 1, Map.of());
    feed.start();
    feed.awaitState(0, IngestState.Running.class);

    assertInstanceOf(ResumeResult.Refused.class, feed.resume(0, new ResumeWay.Retry()));
    assertInstanceOf(ResumeResult.Refused.class, feed.resume(0, new ResumeWay.AcceptPartitions()));
    assertEquals(new ResumeResult.Unknown(), feed.resume(7, new ResumeWay.Retry()));
    assertEquals(
        new ResumeResult.Unknown(), feed.service().resume("books", 0, new ResumeWay.Retry()));
  }

  @Test
  void addedPartitionsAreReadWhenTheOperatorSaysSoAlsoAfterARestart() throws IOException {
    broker.createTopic(feed.topic, 1, Map.of());
    feed.send(0, "a");
    feed.start();
    feed.awaitApplied(0, 1);
    feed.restartStore();
    broker.addPartitions(feed.topic, 2);
    feed.send(1, "b");

    feed.start();
    IngestState.Stopped stopped =
        (IngestState.Stopped) feed.awaitState(0, IngestState.Stopped.class);
    assertEquals(StopReason.PARTITIONS_ADDED, stopped.reason());
    assertEquals(Set.of("a"), feed.keys());
    Await.until("the end of the reading", () -> accepted(2));
    feed.awaitApplied(1, 1);
    assertEquals(Set.of("a", "b"), feed.keys());

    feed.restartStore();
    assertEquals(OptionalInt.of(2), feed.collection().shard(0).feedNotes().topicPartitions());
    feed.start();
    feed.awaitState(1, IngestState.Running.class);
  }

  private boolean accepted(int partitions) {
    return feed.resume(0, new ResumeWay.AcceptPartitions())
        .equals(new ResumeResult.Resumed("reads all " + partitions + " partitions"));
  }

  @Test
  void aRightThatIsTakenAndGivenBackNeedsNobody() throws IOException {
    broker.createTopic(feed.topic, 1, Map.of());
    feed.send(0, "a");
    feed.start();
    feed.awaitApplied(0, 1);
    AclBinding denied =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, feed.topic, PatternType.LITERAL),
            new AccessControlEntry(
                "User:ANONYMOUS", "*", AclOperation.READ, AclPermissionType.DENY));
    EmbeddedBroker.done(broker.admin().createAcls(List.of(denied)).all());

    IngestState.Retrying retrying =
        (IngestState.Retrying) feed.awaitState(0, IngestState.Retrying.class);
    assertEquals(StopReason.NOT_AUTHORIZED, retrying.reason());
    assertTrue(retrying.isTrouble());
    EmbeddedBroker.done(broker.admin().deleteAcls(List.of(denied.toFilter())).all());
    feed.send(0, "b");

    feed.awaitApplied(0, 2);
    assertEquals(Set.of("a", "b"), feed.keys());
  }

  @Test
  void aPollThreadThatFailsBeginsAgainByItself() throws IOException {
    broker.createTopic(feed.topic, 2, Map.of());
    feed.send(0, "a");
    feed.send(1, "b");
    feed.start();
    feed.awaitApplied(0, 1);
    feed.awaitApplied(1, 1);

    failPolling(2);
    feed.send(0, "c");
    feed.send(1, "d");

    feed.awaitApplied(0, 2);
    feed.awaitApplied(1, 2);
    assertEquals(Set.of("a", "b", "c", "d"), feed.keys());
    assertEquals(4, feed.collection().liveRows());
    assertFalse(feed.shard(1).state().isTrouble(), () -> feed.service().status().toString());
    assertEquals(Optional.empty(), feed.service().status().problem());
  }

  @Test
  void anOperatorNeedNotWaitForAPollThreadThatHasFailed() throws IOException {
    broker.createTopic(feed.topic, 1, Map.of());
    feed.send(0, "a");
    feed.start();
    feed.awaitApplied(0, 1);
    feed.stopClock();
    failPolling(1);
    IngestState.Retrying retrying =
        (IngestState.Retrying) feed.awaitState(0, IngestState.Retrying.class);
    assertEquals(StopReason.POLLING_FAILED, retrying.reason());
    assertTrue(retrying.isTrouble());
    assertTrue(retrying.detail().contains("InterruptException"), retrying.detail());

    assertEquals(
        new ResumeResult.Resumed("polls again; all partitions go on in a moment"),
        feed.resume(0, new ResumeWay.Retry()));

    feed.send(0, "b");
    feed.awaitApplied(0, 2);
    assertEquals(Set.of("a", "b"), feed.keys());
  }

  /** Has the poll thread fail, and waits until so many shards have been told. */
  private void failPolling(int shards) {
    int before = feed.troubles(StopReason.POLLING_FAILED);
    PollThreads.alive().forEach(Thread::interrupt);
    Await.until(
        () -> "polling fails: " + feed.service().status(),
        () -> feed.troubles(StopReason.POLLING_FAILED) == before + shards);
  }

  @Test
  void behindADamagedBatchTheOperatorSaysWhereToGoOn() throws IOException {
    broker.createTopic(feed.topic, 2, Map.of());
    feed.send(0, "a");
    feed.send(0, "damaged");
    feed.send(0, "b");
    feed.send(1, "c");
    broker.damage(feed.topic, 0, "damaged");
    feed.start();

    IngestState.Retrying retrying =
        (IngestState.Retrying) feed.awaitState(0, IngestState.Retrying.class);
    assertEquals(StopReason.UNREADABLE_RECORD, retrying.reason());
    feed.awaitApplied(1, 1);
    assertEquals(Set.of("a", "c"), feed.keys(), "the other partition goes on");
    assertInstanceOf(
        ResumeResult.Refused.class,
        feed.resume(0, new ResumeWay.AcceptGap(OptionalLong.empty())),
        "nobody knows where the damage ends");
    Await.until(
        () -> "offsets that are given up: " + feed.service().status(),
        () ->
            feed.resume(0, new ResumeWay.AcceptGap(OptionalLong.of(2)))
                instanceof ResumeResult.Resumed);

    feed.awaitApplied(0, 3);
    assertEquals(Set.of("a", "b", "c"), feed.keys());
    assertFalse(feed.shard(0).state().isTrouble(), () -> feed.service().status().toString());
  }

  @Test
  void aRejectedRecordStopsAShardThatIsSetToAndTheOperatorPassesIt() throws IOException {
    broker.createTopic(feed.topic, 1, Map.of());
    feed.send(0, "a", "", "b");
    feed.start(OnReject.STOP);

    IngestState.Stopped stopped =
        (IngestState.Stopped) feed.awaitState(0, IngestState.Stopped.class);
    assertEquals(StopReason.RECORD_REJECTED, stopped.reason());
    assertTrue(stopped.detail().contains("offset 1 is rejected: missing-key"), stopped.detail());
    assertEquals(Set.of("a"), feed.keys());
    assertEquals(
        new ResumeResult.Resumed("gave up offsets 1 to 1; reads on at offset 2"),
        feed.resume(0, new ResumeWay.AcceptGap(OptionalLong.empty())));

    feed.awaitApplied(0, 3);
    assertEquals(Set.of("a", "b"), feed.keys());
  }

  @Test
  void aTopicThatIsGoneIsTheStateOfEachShard() {
    broker.createTopic(feed.topic, 1, Map.of());
    feed.start();
    feed.awaitState(0, IngestState.Running.class);

    broker.deleteTopic(feed.topic);

    feed.awaitState(0, IngestState.WaitingForTopic.class);
  }
}
