package io.weir.ingest.flow;

import static io.weir.ingest.testing.RawRecords.EPOCH;
import static io.weir.ingest.testing.RawRecords.floats;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.decode.SchemaSource;
import io.weir.ingest.decode.WrittenSchema;
import io.weir.ingest.poll.RawRecord;
import io.weir.ingest.poll.RecordBatch;
import io.weir.ingest.testing.FakeShard;
import io.weir.ingest.testing.RawRecords;
import io.weir.ingest.testing.Recorded;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** On virtual time: work runs in the thread that causes it, delays pass when a test says so. */
class ShardFlowTest {
  private static final int PARTITION = 4;
  private static final Instant NOW = Instant.ofEpochMilli(5_000);

  private final FakeShard shard = new FakeShard();
  private final FakeDeadLetters deadLetters = new FakeDeadLetters();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IngestMetrics metrics = new IngestMetrics(registry);
  private final Past past = new Past();
  private final RejectLog rejects = new RejectLog("films", "it is gone", metrics);
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final TestPublisher<RecordBatch> batches = TestPublisher.create();

  /** The next offsets of the batches that were released, in that order. */
  private final List<Long> released = new ArrayList<>();

  @AfterEach
  void dispose() {
    time.dispose();
  }

  @Test
  void appliesTheRecordsOfEachBatchInOrderAndThenMovesPastWhatLiesBehind() {
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(12, floats(7, "a", 1), RawRecords.text(8, "b", null), floats(10, "c", 1));

    assertEquals(List.of(7L, 8L, 10L), shard.appended());
    assertEquals(Optional.of(new SourcePosition(12, EPOCH)), shard.appliedPosition());
    complete(verifier);
  }

  @Test
  void aBatchWithoutRecordsMovesThePosition() {
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(20);

    assertEquals(Optional.of(new SourcePosition(20, EPOCH)), shard.appliedPosition());
    complete(verifier);
  }

  @Test
  void takesMoreBatchesWhileOneIsAppliedAndReleasesEachWhenItIs() {
    shard.room(1);
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(2, floats(0, "a", 1), floats(1, "b", 1));
    next(3, floats(2, "c", 1));
    batches.assertMinRequested(2);
    assertEquals(List.of(), released);

    shard.freeRoom(1);
    advance(Duration.ZERO);
    assertEquals(List.of(2L), released, "the next is in hand");

    shard.freeRoom(1);
    advance(Duration.ZERO);
    assertEquals(List.of(2L, 3L), released);
    assertEquals(List.of(0L, 1L, 2L), shard.appended());
    complete(verifier);
  }

  @Test
  void asksForBatchesForEver() {
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    for (int offset = 0; offset < 1_000; offset++) {
      next(offset + 1, floats(offset, "a", 1));
    }

    assertEquals(1_000, shard.appended().size());
    assertEquals(1_000, released.size());
    complete(verifier);
  }

  @Test
  void theBatchesBehindAnErrorAreReleasedAndNotApplied() {
    shard.room(0);
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier =
        StepVerifier.create(flow.run(batches.flux()))
            .expectErrorMessage("the store is closed")
            .verifyLater();
    next(1, floats(0, "a", 1));
    next(2, floats(1, "b", 1));
    next(3, floats(2, "c", 1));
    shard.fail(new IllegalStateException("the store is closed"));
    shard.freeRoom(5);
    advance(Duration.ZERO);

    verifier.verify(Duration.ofSeconds(10));
    assertEquals(List.of(1L, 2L, 3L), released);
    assertEquals(List.of(), shard.appended());
    batches.assertCancelled();
  }

  @Test
  void anErrorOfTheSourceComesAfterTheBatchesBeforeIt() {
    shard.room(1);
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier =
        StepVerifier.create(flow.run(batches.flux()))
            .expectErrorMessage("the log was cut")
            .verifyLater();
    next(2, floats(0, "a", 1), floats(1, "b", 1));
    next(3, floats(2, "c", 1));
    batches.error(new IllegalStateException("the log was cut"));
    advance(Duration.ZERO);
    assertEquals(List.of(0L), shard.appended());

    shard.freeRoom(5);
    advance(Duration.ZERO);
    verifier.verify(Duration.ofSeconds(10));
    assertEquals(List.of(0L, 1L, 2L), shard.appended());
    assertEquals(List.of(2L, 3L), released);
  }

  @Test
  void waitsForRoomWithoutDroppingOrTryingAgainMeanwhile() {
    shard.room(2);
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(4, floats(0, "a", 1), floats(1, "b", 1), floats(2, "c", 1), floats(3, "d", 1));
    advance(Duration.ofHours(1));

    assertEquals(List.of(0L, 1L), shard.appended());
    assertEquals(new Activity.WaitingForRoom(200, 200), flow.activity());
    assertEquals(1, shard.fullResults(), "offered again without news of room");

    shard.freeRoom(1);
    advance(Duration.ZERO);
    assertEquals(List.of(0L, 1L, 2L), shard.appended());
    assertInstanceOf(Activity.WaitingForRoom.class, flow.activity());

    shard.freeRoom(1);
    advance(Duration.ZERO);
    assertEquals(List.of(0L, 1L, 2L, 3L), shard.appended());
    assertEquals(new Activity.Running(), flow.activity());
    assertEquals(2, registry.get("weir.ingest.room.wait").timer().count());
    complete(verifier);
  }

  @Test
  void withoutDeadLetterTopicRejectedRecordsAreCountedByReasonAndPassed() {
    shard.refuse("b", "wrong-dimension");
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(
        5,
        floats(0, "a", 1),
        floats(1, "b", 1),
        RawRecords.text(2, "c", ""),
        floats(3, "b", 1),
        floats(4, "d", 1));

    assertEquals(List.of(0L, 4L), shard.appended());
    assertEquals(
        Map.of(PARTITION, Map.of("wrong-dimension", 2L, "empty-value", 1L)), rejects.counts());
    assertEquals(
        2, registry.get("weir.ingest.rejected").tag("reason", "wrong-dimension").counter().count());
    complete(verifier);
  }

  @Test
  void thePositionPassesARejectedRecordOnlyWhenItsDeadLetterIsAcknowledged() {
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(2, RawRecords.text(0, "a", ""), floats(1, "b", 1));

    assertEquals(List.of(), shard.appended());
    assertEquals(Optional.empty(), shard.appliedPosition());
    assertEquals(List.of(0L), deadLetters.offsets());
    assertEquals("empty-value", deadLetters.attempts().getFirst().rejection().reason());

    deadLetters.acknowledge(0);
    advance(Duration.ZERO);
    assertEquals(List.of(1L), shard.appended());
    assertEquals(Optional.of(new SourcePosition(2, EPOCH)), shard.appliedPosition());
    complete(verifier);
  }

  @Test
  void aRunOfRejectedRecordsIsSentWithoutWaitingForEach() {
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(
        4,
        RawRecords.text(0, "a", ""),
        RawRecords.text(1, "a", ""),
        RawRecords.text(2, "a", ""),
        floats(3, "b", 1));

    assertEquals(List.of(0L, 1L, 2L), deadLetters.offsets());
    deadLetters.acknowledge(2);
    deadLetters.acknowledge(0);
    advance(Duration.ZERO);
    assertEquals(Optional.of(new SourcePosition(1, EPOCH)), shard.appliedPosition());

    deadLetters.acknowledge(1);
    advance(Duration.ZERO);
    assertEquals(List.of(3L), shard.appended());
    complete(verifier);
  }

  @Test
  void aRejectedRecordAtTheEndOfABatchIsWaitedForToo() {
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(9, RawRecords.text(0, "a", ""));
    assertEquals(List.of(), released);
    assertEquals(Optional.empty(), shard.appliedPosition());

    deadLetters.acknowledge(0);
    advance(Duration.ZERO);
    assertEquals(Optional.of(new SourcePosition(9, EPOCH)), shard.appliedPosition());
    complete(verifier);
  }

  @Test
  void aFailingDeadLetterTopicStopsTheShardVisiblyUntilItWorks() {
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(2, RawRecords.text(0, "a", ""), floats(1, "b", 1));
    deadLetters.fail(0, "no such topic");
    advance(Duration.ZERO);

    Activity.WaitingForDeadLetters waiting =
        assertInstanceOf(Activity.WaitingForDeadLetters.class, flow.activity());
    assertEquals(0, waiting.offset());
    assertTrue(waiting.error().contains("no such topic"), waiting.error());
    assertEquals(1, deadLetters.attempts().size());

    advance(Duration.ofSeconds(1));
    assertEquals(List.of(0L, 0L), deadLetters.offsets());
    deadLetters.fail(1, "still none");
    advance(Duration.ofSeconds(1));
    assertEquals(2, deadLetters.attempts().size(), "the delay doubles");
    advance(Duration.ofSeconds(1));
    assertEquals(3, deadLetters.attempts().size());
    assertEquals(List.of(), shard.appended());

    deadLetters.acknowledge(2);
    advance(Duration.ZERO);
    assertEquals(List.of(1L), shard.appended());
    assertEquals(new Activity.Running(), flow.activity());
    assertEquals(
        Map.of(PARTITION, Map.of("empty-value", 1L)),
        rejects.counts(),
        "counted once, sent three times");
    assertEquals(2, registry.get("weir.ingest.dead.letter.failures").counter().count());
    complete(verifier);
  }

  @Test
  void aWaitForRoomIsInAFlightRecording() throws Exception {
    shard.room(1);
    ShardFlow flow = flow(Optional.empty());

    try (Recorded recorded = new Recorded("weir.RoomWait")) {
      StepVerifier verifier = run(flow);
      next(2, floats(0, "a", 1), floats(1, "b", 1));
      shard.freeRoom(1);
      advance(Duration.ZERO);
      complete(verifier);

      RecordedEvent event = recorded.stop().getFirst();
      assertEquals("collection films partition 4", event.getString("shard"));
      assertEquals(100, event.getLong("usedBytes"));
      assertEquals(100, event.getLong("limitBytes"));
      assertFalse(event.getDuration().isNegative());
    }
  }

  @Test
  void anAcknowledgedDeadLetterIsCountedAndInAFlightRecording() throws Exception {
    ShardFlow flow = flow(Optional.of(deadLetters));

    try (Recorded recorded = new Recorded("weir.DeadLetter")) {
      StepVerifier verifier = run(flow);
      next(9, RawRecords.text(7, "a", ""));
      deadLetters.fail(0, "not now");
      advance(Duration.ofSeconds(1));
      deadLetters.acknowledge(1);
      advance(Duration.ZERO);
      complete(verifier);

      RecordedEvent event = recorded.stop().getFirst();
      assertEquals("collection films partition 4", event.getString("shard"));
      assertEquals(7, event.getLong("offset"));
      assertEquals("empty-value", event.getString("reason"));
    }
    assertEquals(1, registry.get("weir.ingest.dead.letters").counter().count());
  }

  @Test
  void stopEndsAFlowThatWaitsForRoomWhereItStands() {
    shard.room(1);
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(3, floats(0, "a", 1), floats(1, "b", 1), floats(2, "c", 1));
    next(4, floats(3, "d", 1));
    flow.stop();
    advance(Duration.ZERO);

    verifier.verify(Duration.ofSeconds(10));
    assertEquals(Optional.of(new SourcePosition(1, EPOCH)), shard.appliedPosition());
    batches.assertCancelled();
    assertEquals(List.of(3L, 4L), released);
    shard.freeRoom(5);
    advance(Duration.ZERO);
    assertEquals(List.of(0L), shard.appended(), "nothing is applied after the end");
  }

  @Test
  void stopEndsAFlowThatWaitsForItsDeadLetterTopic() {
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(2, RawRecords.text(0, "a", ""), floats(1, "b", 1));
    flow.stop();
    advance(Duration.ZERO);

    verifier.verify(Duration.ofSeconds(10));
    assertEquals(Optional.empty(), shard.appliedPosition());
  }

  @Test
  void anEndOfTheSourceLetsTheBatchInHandFinish() {
    shard.room(1);
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(2, floats(0, "a", 1), floats(1, "b", 1));
    batches.complete();
    shard.freeRoom(1);
    advance(Duration.ZERO);

    verifier.verify(Duration.ofSeconds(10));
    assertEquals(Optional.of(new SourcePosition(2, EPOCH)), shard.appliedPosition());
  }

  @Test
  void anErrorOfTheShardEndsTheFlow() {
    shard.fail(new IllegalStateException("the store is closed"));
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier =
        StepVerifier.create(flow.run(batches.flux()))
            .expectErrorMessage("the store is closed")
            .verifyLater();
    next(1, floats(0, "a", 1));

    verifier.verify(Duration.ofSeconds(10));
  }

  @Test
  void countsRecordsAndBytes() {
    ShardFlow flow = flow(Optional.empty());

    StepVerifier verifier = run(flow);
    next(2, floats(0, "ab", 1, 2), RawRecords.text(1, "c", ""));
    complete(verifier);

    assertEquals(2, registry.get("weir.ingest.records").counter().count());
    assertEquals(2 + 8 + 1, registry.get("weir.ingest.bytes").counter().count());
  }

  @Test
  void aRecordWhoseSchemaIsNotThereYetHoldsItsSuccessors() {
    CompletableFuture<@Nullable Void> answered = new CompletableFuture<>();
    List<SchemaSource.Answer> answers =
        new ArrayList<>(
            List.of(
                new SchemaSource.Answer.Unanswered(answered, "it is down"),
                new SchemaSource.Answer.Known(
                    new WrittenSchema(
                        WrittenSchema.AVRO,
                        "{\"type\":\"record\",\"name\":\"F\",\"fields\":"
                            + "[{\"name\":\"vector\",\"type\":\"bytes\"}]}",
                        List.of()))));
    SchemaSource.Registry schemas = id -> answers.removeFirst();
    ShardFlow flow =
        new ShardFlow(
            "films",
            shard,
            RecordDecoder.avro("films", "vector", schemas),
            Optional.of(deadLetters),
            false,
            EarlierReading.NONE,
            rejects,
            DeclaredFields.NONE,
            metrics,
            time,
            () -> NOW);
    byte[] value = {0, 0, 0, 0, 7, 8, 0, 0, 0, 0};

    StepVerifier verifier = run(flow);
    next(
        4,
        RawRecords.text(0, "a", null),
        RawRecords.record(1, RawRecords.utf8("b"), value, List.of()),
        RawRecords.text(2, "c", null),
        RawRecords.record(3, RawRecords.utf8("d"), value, List.of()));
    advance(Duration.ofHours(1));

    assertEquals(List.of(0L), shard.appended());
    assertEquals(new Activity.WaitingForSchema(1, "it is down"), flow.activity());

    answered.complete(null);
    advance(Duration.ZERO);
    assertEquals(List.of(0L, 1L, 2L, 3L), shard.appended());
    assertEquals(new Activity.Running(), flow.activity());
    assertEquals(Map.of(), rejects.counts());
    complete(verifier);
  }

  @Test
  void whatIsNoValueOfAFieldIsCountedOnceForEachRowThatIsTakenIn() {
    DeclaredFields fields =
        CollectionFeed.of("films", "films", RecordFormat.JSON)
            .withFields(
                List.of(new Field("year", FieldType.LONG), new Field("tags", FieldType.KEYWORD)))
            .declaredFields();
    shard.readFields(fields);
    shard.room(2);
    shard.refuse("d", "wrong-dimension");
    ShardFlow flow = flow(Optional.empty(), RecordDecoder.json("films"), fields);

    StepVerifier verifier = run(flow);
    next(
        5,
        json(0, "a", "{\"year\":\"1999\",\"tags\":[1,\"x\",2]}"),
        json(1, "b", "{\"year\":null}"),
        json(2, "c", "{\"year\":1.5}"),
        json(3, "d", "{\"year\":2.5}"),
        RawRecords.text(4, "a", null));
    shard.freeRoom(5);
    advance(Duration.ZERO);

    assertEquals(List.of(0L, 1L, 2L, 4L), shard.appended());
    assertEquals(1, shard.fullResults());
    assertEquals(2, misfits("year", "wrong-type"));
    assertEquals(1, misfits("year", "null"));
    assertEquals(2, misfits("tags", "wrong-type"));
    complete(verifier);
  }

  private static RawRecord json(long offset, String key, String payload) {
    return RawRecords.text(offset, key, "{\"vector\":[1],\"payload\":" + payload + "}");
  }

  private double misfits(String field, String reason) {
    return registry
        .get("weir.ingest.field.misfits")
        .tags("collection", "films", "field", field, "reason", reason)
        .counter()
        .count();
  }

  @Test
  void closedMetricsLeaveNothingInTheRegistry() {
    flow(Optional.empty());
    assertFalse(registry.getMeters().isEmpty());

    metrics.close();

    assertEquals(List.of(), registry.getMeters());
  }

  @Test
  void aRecordThatWasDisposedOfBeforeIsPassedWithoutAnotherLetter() {
    shard.refuse("bad", "not-finite");
    past.fates.put(7L, new EarlierReading.Fate.Passed());
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(10, floats(7, "bad", 1), floats(8, "a", 1), floats(9, "bad", 1));

    assertEquals(List.of(9L), deadLetters.offsets(), "nobody has met this one");
    assertEquals(List.of(8L), shard.appended());
    assertEquals(Map.of(PARTITION, Map.of("not-finite", 2L)), rejects.counts());
    deadLetters.acknowledge(0);
    advance(Duration.ZERO);
    assertEquals(Optional.of(new SourcePosition(10, EPOCH)), shard.appliedPosition());
    complete(verifier);
  }

  @Test
  void aRecordThatAnotherReadingIsAboutToMeetIsLeftToIt() {
    shard.refuse("bad", "not-finite");
    past.fates.put(7L, new EarlierReading.Fate.StillToCome());
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(8, floats(7, "bad", 1));
    advance(Duration.ofSeconds(10));
    assertEquals(Optional.empty(), shard.appliedPosition());
    assertEquals(Map.of(), rejects.counts());

    past.fates.put(7L, new EarlierReading.Fate.Passed());
    advance(Duration.ofSeconds(1));

    assertEquals(List.of(), deadLetters.offsets());
    assertEquals(Optional.of(new SourcePosition(8, EPOCH)), shard.appliedPosition());
    complete(verifier);
  }

  @Test
  void whatWasGivenUpStopsNobodyAgain() {
    shard.refuse("bad", "not-finite");
    Gap gap = new Gap(6, 9, NOW, "operator: record-rejected");
    past.fates.put(7L, new EarlierReading.Fate.GivenUp(gap));
    ShardFlow flow = flow(Optional.empty(), RecordDecoder.float32(), DeclaredFields.NONE, true);

    StepVerifier verifier = run(flow);
    next(9, floats(5, "a", 1), floats(7, "bad", 1), floats(8, "b", 1));

    assertEquals(List.of(5L, 8L), shard.appended(), "what can be taken in is no gap any more");
    assertEquals(
        List.of(new Gap(7, 8, NOW, "operator: record-rejected")), shard.feedNotes().gaps());
    complete(verifier);
  }

  @Test
  void whatWasGivenUpUnreadGetsItsLetterWhenItIsRead() {
    shard.refuse("bad", "not-finite");
    Gap gap = new Gap(6, 9, NOW, "operator: unreadable-record");
    past.fates.put(7L, new EarlierReading.Fate.GivenUp(gap));
    ShardFlow flow = flow(Optional.of(deadLetters));

    StepVerifier verifier = run(flow);
    next(8, floats(7, "bad", 1));

    assertEquals(List.of(7L), deadLetters.offsets());
    deadLetters.acknowledge(0);
    advance(Duration.ZERO);
    assertEquals(List.of(), shard.feedNotes().gaps());
    complete(verifier);
  }

  /** Another reading, which has met what it is told. */
  private static final class Past implements EarlierReading {
    private final Map<Long, Fate> fates = new HashMap<>();

    @Override
    public Fate fate(long offset, int leaderEpoch) {
      return fates.getOrDefault(offset, new Fate.Unmet());
    }

    @Override
    public Optional<Gap> gapAt(long offset) {
      return Optional.empty();
    }
  }

  private ShardFlow flow(Optional<DeadLetters> letters) {
    return flow(letters, RecordDecoder.float32(), DeclaredFields.NONE);
  }

  private ShardFlow flow(
      Optional<DeadLetters> letters, RecordDecoder decoder, DeclaredFields fields) {
    return flow(letters, decoder, fields, false);
  }

  private ShardFlow flow(
      Optional<DeadLetters> letters,
      RecordDecoder decoder,
      DeclaredFields fields,
      boolean stopsOnReject) {
    return new ShardFlow(
        "films",
        shard,
        decoder,
        letters,
        stopsOnReject,
        past,
        rejects,
        fields,
        metrics,
        time,
        () -> NOW);
  }

  private StepVerifier run(ShardFlow flow) {
    return StepVerifier.create(flow.run(batches.flux())).expectComplete().verifyLater();
  }

  private void next(long nextOffset, RawRecord... records) {
    batches.next(
        new RecordBatch(
            PARTITION,
            List.of(records),
            new SourcePosition(nextOffset, EPOCH),
            bytes -> released.add(nextOffset)));
    advance(Duration.ZERO);
  }

  /** Runs what is due; a task may make others due at once. */
  private void advance(Duration by) {
    time.advanceTimeBy(by);
    for (int i = 0; i < 10; i++) {
      time.advanceTimeBy(Duration.ZERO);
    }
  }

  private void complete(StepVerifier verifier) {
    batches.complete();
    advance(Duration.ZERO);
    verifier.verify(Duration.ofSeconds(10));
  }
}
