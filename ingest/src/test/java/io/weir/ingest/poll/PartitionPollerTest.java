package io.weir.ingest.poll;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.Recorded;
import io.weir.storage.record.SourcePosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import jdk.jfr.consumer.RecordedEvent;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PartitionPollerTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final TopicPartition P0 = new TopicPartition("t", 0);
  private static final TopicPartition P1 = new TopicPartition("t", 1);
  private static final UUID MEANT = new UUID(1, 1);
  private static final UUID OTHER = new UUID(2, 2);

  private final SeekRecordingConsumer consumer = new SeekRecordingConsumer();
  private final ByteBudget budget = new ByteBudget(2_000_000, 1_000);
  private final ByteCredit credit = new ByteCredit(budget);
  private final AtomicLong responses = new AtomicLong();

  /** What the brokers say of topics; empty while they say nothing. */
  private volatile Optional<UUID> id = Optional.empty();

  /** What the brokers have been asked and have not answered. */
  private final List<CompletableFuture<Map<String, Optional<UUID>>>> questions =
      new CopyOnWriteArrayList<>();

  private final PartitionPoller poller =
      new PartitionPoller(consumer, new TopicGuard(responses::get, this::ask));

  private CompletableFuture<Map<String, Optional<UUID>>> ask(Set<String> topics) {
    assertEquals(Set.of("t"), topics);
    if (id.isPresent()) {
      return CompletableFuture.completedFuture(Map.of("t", id));
    }
    CompletableFuture<Map<String, Optional<UUID>>> question = new CompletableFuture<>();
    questions.add(question);
    return question;
  }

  /** What all subscribers have received. */
  private final List<RecordBatch> received = new CopyOnWriteArrayList<>();

  @BeforeEach
  void logsBeginAtZero() {
    consumer.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
  }

  @AfterEach
  void close() {
    poller.close();
    assertTrue(consumer.closed(), "the consumer is closed with its poller");
    received.forEach(RecordBatch::release);
    assertEquals(0, credit.heldBytes(), "all credit is given back");
    assertEquals(0, budget.heldBytes());
    assertTrue(budget.admits(1_999_999), "nobody shares the budget any more");
  }

  @Test
  void deliversNothingWithoutDemandAndOneBatchForEachRequest() {
    Batches batches = new Batches();
    subscribe(P0, batches);
    add(P0, 0, 1, 2);
    awaitPolls(10);
    assertEquals(List.of(), batches.received());
    assertEquals(Set.of(P0), consumer.paused());

    batches.request(1);
    awaitOffsets(batches, 0, 1, 2);

    add(P0, 3);
    awaitPolls(10);
    assertEquals(1, batches.received().size(), "no demand, no batch");
    batches.request(1);
    awaitOffsets(batches, 0, 1, 2, 3);
  }

  @Test
  void aPauseIsInAFlightRecordingWhenItIsOver() throws Exception {
    try (Recorded recorded = new Recorded("weir.PartitionPause")) {
      Batches batches = new Batches();
      subscribe(P0, batches);
      batches.request(1);
      add(P0, 0);
      awaitOffsets(batches, 0);
      Await.until("paused", () -> consumer.paused().contains(P0));
      add(P0, 1);
      batches.request(1);
      awaitOffsets(batches, 0, 1);

      List<RecordedEvent> events = recorded.stop();
      assertEquals(1, events.size(), events::toString);
      assertEquals("t", events.getFirst().getString("topic"));
      assertEquals(0, events.getFirst().getInt("partition"));
      assertEquals("demand", events.getFirst().getString("cause"));
    }
  }

  @Test
  void aBatchCarriesWhatTheRecordsHeld() {
    Batches batches = new Batches();
    subscribe(P1, batches);
    batches.request(1);
    consumer.add(P1, 7, new byte[] {1, 2, 3});
    Await.until("a batch", () -> batches.received().size() == 1);

    RecordBatch batch = batches.received().getFirst();
    assertEquals(1, batch.partition());
    assertEquals(new SourcePosition(8, 5), batch.next());
    assertEquals(1 + 3 + 2, batch.bytes());
    RawRecord record = batch.records().getFirst();
    assertEquals(7, record.offset());
    assertEquals(1_007, record.timestampMillis());
    assertEquals(5, record.leaderEpoch());
    assertEquals("h", record.headers().getFirst().name());
  }

  /** Puts one value that is a part of an array, and returns its record. */
  private RawRecord received(byte[] fetched, int from, int bytes) {
    Batches batches = new Batches();
    subscribe(P1, batches);
    batches.request(1);
    consumer.add(P1, 0, ByteBuffer.wrap(fetched, from, bytes).slice());
    Await.until("a batch", () -> batches.received().size() == 1);
    RecordBatch batch = batches.received().getFirst();
    assertEquals(1 + bytes + 2, batch.bytes());
    return batch.records().getFirst();
  }

  @Test
  void aValueIsLentWhereItIsMostOfWhatWasFetched() {
    byte[] fetched = new byte[1_000];
    fetched[100] = 7;
    RawRecord lent = received(fetched, 100, 800);
    assertSame(fetched, lent.valueArray());
    assertEquals(100, lent.valueFrom());
    assertEquals(900, lent.valueTo());
    assertArrayEquals(Arrays.copyOfRange(fetched, 100, 900), lent.value());
  }

  /** The rest of what was fetched would live as long, and count nowhere. */
  @Test
  void aValueIsCopiedWhereItIsLittleOfWhatWasFetched() {
    byte[] fetched = new byte[1_000];
    fetched[100] = 7;
    RawRecord copied = received(fetched, 100, 3);
    assertArrayEquals(new byte[] {7, 0, 0}, copied.valueArray());
    assertSame(copied.valueArray(), copied.value());
  }

  @Test
  void seeksToThePositionWithItsEpoch() {
    consumer.updateEndOffsets(Map.of(P0, 100L));
    poller
        .batches("t", 0, Optional.empty(), Optional.of(new SourcePosition(40, 6)), credit)
        .subscribe(new Batches());
    poller
        .batches(
            "t",
            1,
            Optional.empty(),
            Optional.of(new SourcePosition(9, SourcePosition.UNKNOWN_EPOCH)),
            credit)
        .subscribe(new Batches());

    Await.until("two seeks", () -> consumer.seeks().size() == 2);
    assertEquals(new OffsetAndMetadata(40, Optional.of(6), ""), consumer.seeks().get(P0));
    assertEquals(new OffsetAndMetadata(9, Optional.empty(), ""), consumer.seeks().get(P1));
    assertEquals(List.of(), consumer.seeksToBeginning());
  }

  @Test
  void startsAtTheBeginningWithoutAPosition() {
    subscribe(P0, new Batches());

    assertEquals(List.of(P0), consumer.seeksToBeginning());
    assertEquals(Map.of(), consumer.seeks());
  }

  @Test
  void aPartitionWithoutDemandDoesNotHoldUpAnother() {
    Batches slow = new Batches();
    Batches fast = new Batches();
    subscribe(P0, slow);
    subscribe(P1, fast);
    add(P0, 0);
    fast.request(Long.MAX_VALUE);

    for (int offset = 0; offset < 5; offset++) {
      add(P1, offset);
      int sum = offset + 1;
      Await.until("record " + offset, () -> fast.offsets().size() == sum);
    }
    assertEquals(List.of(), slow.received());
  }

  @Test
  void pollsOnWhileEveryPartitionIsPaused() {
    subscribe(P0, new Batches());

    awaitPolls(20);

    assertTrue(poller.longestPollInterval().compareTo(LIMIT) < 0);
  }

  @Test
  void aPartitionThatHoldsMoreThanItsShareLeavesTheOthersTheirs() {
    ByteCredit small = new ByteCredit(new ByteBudget(10, 1_000));
    Batches first = new Batches();
    Batches second = new Batches();
    poller.batches("t", 0, Optional.empty(), Optional.empty(), small).subscribe(first);
    poller.batches("t", 1, Optional.empty(), Optional.empty(), small).subscribe(second);
    Await.until("both assigned", () -> consumer.assignment().size() == 2);
    first.request(1);
    consumer.add(P0, 0, new byte[50]);
    Await.until("a batch", () -> first.received().size() == 1);
    assertEquals(53, small.heldBytes());

    second.request(1);
    add(P1, 0);
    awaitOffsets(second, 0);
    first.cancel();
    second.cancel();
    assertEquals(0, small.heldBytes());
  }

  @Test
  void nothingIsFetchedOnceTheWholeBudgetAndAllAllowancesAreUsedUp() {
    ByteCredit small = new ByteCredit(new ByteBudget(10, 20));
    Batches first = new Batches();
    Batches second = new Batches();
    poller.batches("t", 0, Optional.empty(), Optional.empty(), small).subscribe(first);
    poller.batches("t", 1, Optional.empty(), Optional.empty(), small).subscribe(second);
    Await.until("both assigned", () -> consumer.assignment().size() == 2);
    first.request(1);
    consumer.add(P0, 0, new byte[50]);
    Await.until("a batch", () -> first.received().size() == 1);

    second.request(1);
    add(P1, 0);
    awaitPolls(10);
    assertEquals(List.of(), second.received(), "held back by the other's bytes");

    first.received().getFirst().release();
    awaitOffsets(second, 0);
    first.cancel();
    second.cancel();
    assertEquals(0, small.heldBytes());
  }

  @Test
  void aPartitionWithDemandIsReadUntilItHoldsItsShareAndOnWhenABatchIsReleased() {
    ByteCredit small = new ByteCredit(new ByteBudget(10, 1_000));
    consumer.waitAsLongAsTold();
    Batches batches = new Batches();
    poller.batches("t", 0, Optional.empty(), Optional.empty(), small).subscribe(batches);
    batches.request(Long.MAX_VALUE);
    Await.until("assigned", () -> consumer.assignment().contains(P0));
    add(P0, 0);
    awaitOffsets(batches, 0);
    add(P0, 1);
    awaitOffsets(batches, 0, 1);
    consumer.add(P0, 2, new byte[50]);
    awaitOffsets(batches, 0, 1, 2);
    Await.until("paused", () -> consumer.paused().contains(P0));
    add(P0, 3);
    batches.received().get(0).release();
    batches.received().get(0).release();
    assertEquals(4 + 53, small.heldBytes(), "released once");
    batches.received().get(2).release();
    awaitOffsets(batches, 0, 1, 2, 3);
    batches.cancel();
    batches.received().get(1).release();
    assertEquals(0, small.heldBytes(), "the cancellation has given it back already");
  }

  @Test
  void whatACompletedFluxHasDeliveredCountsUntilItIsReleased() {
    Batches batches = new Batches();
    subscribe(P0, batches);
    batches.request(2);
    add(P0, 0);
    awaitOffsets(batches, 0);

    poller.close();

    assertTrue(batches.completed);
    assertEquals(4, credit.heldBytes());
    batches.received().getFirst().release();
    assertEquals(0, credit.heldBytes());
  }

  @Test
  void aBatchThatIsCancelledInItsDeliveryGivesItsBytesBack() {
    Flux<RecordBatch> batches = flux(P0);
    StepVerifier.create(batches, 0)
        .then(() -> addOnceAssigned(P0, 0, 1))
        .thenRequest(1)
        .expectNextCount(1)
        .thenCancel()
        .verify(LIMIT);

    assertEquals(0, credit.heldBytes());
    Await.until("none left", () -> consumer.assignment().isEmpty());
  }

  @Test
  void aSubscriberThatFailsIsCancelledAndItsBytesAreGivenBack() {
    StepVerifier.create(
            flux(P0)
                .map(batch -> {
                  throw new IllegalStateException("downstream");
                }))
        .then(() -> addOnceAssigned(P0, 0))
        .expectErrorMessage("downstream")
        .verify(LIMIT);

    assertEquals(0, credit.heldBytes());
    Await.until("none left", () -> consumer.assignment().isEmpty());
  }

  @Test
  void aDownstreamThatIsSlowForAnHourCostsNeitherPollsNorMemory() {
    StepVerifier.withVirtualTime(() ->
            flux(P0)
                .concatMap(
                    batch ->
                        Mono.delay(Duration.ofHours(1))
                            .thenReturn(batch)
                            .doOnNext(RecordBatch::release),
                    0))
        .expectSubscription()
        .then(() -> {
          addOnceAssigned(P0, 0);
          Await.until("a batch in hand", () -> credit.heldBytes() > 0);
          add(P0, 1, 2, 3, 4);
          long held = credit.heldBytes();
          awaitPolls(50);
          assertEquals(held, credit.heldBytes(), "nothing more is taken in");
          assertEquals(Set.of(P0), consumer.paused());
        })
        .thenAwait(Duration.ofHours(1))
        .expectNextCount(1)
        .then(() -> Await.until("the next batch in hand", () -> credit.heldBytes() == 4 * 4))
        .thenAwait(Duration.ofHours(1))
        .assertNext(batch -> assertEquals(5, batch.next().nextOffset()))
        .thenCancel()
        .verify(LIMIT);
  }

  @Test
  void cancellingUnassignsThePartitionAndLeavesTheOthers() {
    Batches first = new Batches();
    Batches second = new Batches();
    subscribe(P0, first);
    subscribe(P1, second);

    first.cancel();

    Await.until("one left", () -> consumer.assignment().equals(Set.of(P1)));
    second.request(1);
    add(P1, 0);
    awaitOffsets(second, 0);
  }

  @Test
  void aPartitionCanBeSubscribedToAgain() {
    Batches first = new Batches();
    subscribe(P0, first);
    first.cancel();
    Await.until("none left", () -> consumer.assignment().isEmpty());

    Batches again = new Batches();
    subscribe(P0, again);
    again.request(1);
    add(P0, 0);
    awaitOffsets(again, 0);
  }

  @Test
  void aSecondSubscriberOfAPartitionIsRefused() {
    subscribe(P0, new Batches());

    StepVerifier.create(flux(P0))
        .expectErrorMatches(error ->
            error instanceof IntakeException refused
                && String.valueOf(refused.getMessage()).contains("has a subscriber already"))
        .verify(LIMIT);
  }

  @Test
  void anOffsetOutOfRangeEndsItsPartitionAlone() {
    assertEndsAlone(
        new OffsetOutOfRangeException(Map.of(P0, 40L)), IntakeException.Kind.POSITION_OUT_OF_RANGE);
  }

  @Test
  void aTruncatedLogEndsItsPartitionAlone() {
    assertEndsAlone(
        new LogTruncationException(
            Map.of(P0, 40L), Map.of(P0, new OffsetAndMetadata(30, Optional.of(2), ""))),
        IntakeException.Kind.LOG_TRUNCATED);
  }

  @Test
  void anUnreadableBatchEndsThePartitionThatTheClientNamesInItsText() {
    assertEndsAlone(
        new KafkaException("Record batch for partition t-0 at offset 40 is invalid, cause: crc"),
        IntakeException.Kind.UNREADABLE_RECORD);
  }

  @Test
  void aDeniedTopicEndsAllOfItsPartitions() {
    Batches first = new Batches();
    Batches second = new Batches();
    subscribe(P0, first);
    subscribe(P1, second);

    fail(new TopicAuthorizationException(Set.of("t")));

    for (Batches ended : List.of(first, second)) {
      assertEquals(IntakeException.Kind.NOT_AUTHORIZED, ended.awaitFailure().kind());
    }
  }

  @Test
  void aBeginningThatMovedBeforeAnythingWasReadIsSoughtAgain() {
    Batches batches = new Batches();
    subscribe(P0, batches);
    batches.request(1);

    fail(new OffsetOutOfRangeException(Map.of(P0, 0L)));

    Await.until("a second seek", () -> consumer.seeksToBeginning().size() == 2);
    add(P0, 3);
    awaitOffsets(batches, 3);
  }

  @Test
  void aPassingErrorShowsUntilAPollSucceeds() {
    Batches batches = new Batches();
    subscribe(P0, batches);
    batches.request(1);

    consumer.failWith(new TimeoutException("the broker is slow"));
    Await.until(
        () -> "the problem: " + poller.problem(),
        () -> poller.problem().orElse("").contains("the broker is slow"));
    consumer.failWith(null);
    Await.until("it has passed", () -> poller.problem().isEmpty());
    add(P0, 0);
    awaitOffsets(batches, 0);
  }

  @Test
  void recordsWaitUntilTheBrokersSayThatTheirTopicIsTheOneThatIsMeant() {
    Batches batches = new Batches();
    subscribe(P0, Optional.of(MEANT), batches);
    batches.request(2);
    add(P0, 0);
    awaitPolls(10);
    assertEquals(List.of(), batches.received());
    assertEquals(Set.of(P0), consumer.paused());
    add(P0, 1);

    awaitQuestion(1).complete(Map.of("t", Optional.of(MEANT)));

    awaitOffsets(batches, 0, 1);
  }

  @Test
  void ofATopicThatWasMadeAnewNothingIsDelivered() {
    id = Optional.of(MEANT);
    Batches batches = new Batches();
    subscribe(P0, Optional.of(MEANT), batches);
    batches.request(10);
    add(P0, 0);
    awaitOffsets(batches, 0);
    assertEquals(List.of(), questions);

    id = Optional.empty();
    responses.incrementAndGet();
    add(P0, 1);
    var _ = awaitQuestion(1);
    awaitPolls(10);
    awaitQuestion(1).complete(Map.of("t", Optional.of(OTHER)));

    IntakeException failure = batches.awaitFailure();
    assertEquals(IntakeException.Kind.TOPIC_RECREATED, failure.kind());
    assertTrue(String.valueOf(failure.getMessage()).endsWith(" and now has " + OTHER));
    awaitOffsets(batches, 0);
    Await.until("nothing is read", () -> consumer.assignment().isEmpty());
  }

  @Test
  void whatTheBrokersWereAskedBeforeSaysNothingOfWhatCameSince() {
    Batches batches = new Batches();
    subscribe(P0, Optional.of(MEANT), batches);
    batches.request(1);
    var _ = awaitQuestion(1);
    responses.incrementAndGet();
    add(P0, 0);
    awaitPolls(10);

    awaitQuestion(1).complete(Map.of("t", Optional.of(MEANT)));

    CompletableFuture<Map<String, Optional<UUID>>> second = awaitQuestion(2);
    assertEquals(List.of(), batches.received());
    second.complete(Map.of("t", Optional.of(MEANT)));
    awaitOffsets(batches, 0);
  }

  @Test
  void brokersThatDoNotTellAreAskedAgain() {
    Batches batches = new Batches();
    subscribe(P0, Optional.of(MEANT), batches);
    batches.request(1);
    add(P0, 0);

    awaitQuestion(1).completeExceptionally(new TimeoutException("no answer"));
    awaitQuestion(2).complete(Map.of());
    CompletableFuture<Map<String, Optional<UUID>>> third = awaitQuestion(3);
    assertEquals(List.of(), batches.received());
    third.complete(Map.of("t", Optional.empty()));

    // Brokers without ids cannot tell topics apart, and are read all the same.
    awaitOffsets(batches, 0);
  }

  private CompletableFuture<Map<String, Optional<UUID>>> awaitQuestion(int number) {
    Await.until("question " + number, () -> questions.size() >= number);
    return questions.get(number - 1);
  }

  @Test
  void anUnexpectedFailureEndsEveryPartition() {
    Batches first = new Batches();
    Batches second = new Batches();
    subscribe(P0, first);
    subscribe(P1, second);

    consumer.schedulePollTask(() -> {
      throw new IllegalStateException("a bug");
    });

    assertEquals(IntakeException.Kind.POLLING_FAILED, first.awaitFailure().kind());
    assertEquals(IntakeException.Kind.POLLING_FAILED, second.awaitFailure().kind());
    Await.until("the consumer's end", consumer::closed);
    assertTrue(poller.failure().orElseThrow() instanceof IllegalStateException);
  }

  @Test
  void whoeverComesAfterAFailureHearsOfItToo() {
    assertTrue(poller.wouldRead("t", 0));
    consumer.schedulePollTask(() -> {
      throw new StackOverflowError();
    });
    flux(P0).subscribe(new Batches());
    Await.until("the failure", () -> poller.failure().isPresent());

    Batches late = new Batches();
    flux(P1).subscribe(late);

    assertEquals(IntakeException.Kind.POLLING_FAILED, late.awaitFailure().kind());
    assertFalse(poller.wouldRead("t", 1));
  }

  @Test
  void withoutMemoryNobodyIsToTryAgain() {
    Batches batches = new Batches();
    subscribe(P0, batches);

    consumer.schedulePollTask(() -> {
      throw new OutOfMemoryError("no heap");
    });

    assertEquals(IntakeException.Kind.CLIENT_FAILED, batches.awaitFailure().kind());
  }

  @Test
  void closeCompletesEveryFluxAndTheLaterOnesAtOnce() {
    Batches batches = new Batches();
    subscribe(P0, batches);

    poller.close();

    Await.until("completion", () -> batches.completed);
    StepVerifier.create(flux(P1)).expectComplete().verify(LIMIT);
  }

  @Test
  void requestsFromManyThreadsLoseNothing() {
    int sum = 1_000;
    // A request that woke nobody would cost half a second each: far more than the limit.
    consumer.waitAsLongAsTold();
    List<Batches> subscribers = List.of(new Batches(), new Batches());
    subscribe(P0, subscribers.get(0));
    subscribe(P1, subscribers.get(1));
    for (Batches subscriber : subscribers) {
      // Asks for the next batch from another thread than the one that brought the last.
      subscriber.thenRequestElsewhere();
      subscriber.request(1);
    }

    for (int offset = 0; offset < sum; offset++) {
      add(P0, offset);
      add(P1, offset);
    }

    int[] expected = IntStream.range(0, sum).toArray();
    awaitOffsets(subscribers.get(0), expected);
    awaitOffsets(subscribers.get(1), expected);
  }

  private void assertEndsAlone(KafkaException thrown, IntakeException.Kind kind) {
    Batches broken = new Batches();
    Batches whole = new Batches();
    poller
        .batches("t", 0, Optional.empty(), Optional.of(new SourcePosition(40, 3)), credit)
        .subscribe(broken);
    subscribe(P1, whole);
    Await.until("both assigned", () -> consumer.assignment().size() == 2);

    fail(thrown);

    IntakeException failure = broken.awaitFailure();
    assertEquals(kind, failure.kind());
    assertTrue(String.valueOf(failure.getMessage()).contains("t-0"), failure.getMessage());
    whole.request(1);
    add(P1, 0);
    awaitOffsets(whole, 0);
    assertEquals(Set.of(P1), consumer.assignment());
  }

  private void fail(KafkaException with) {
    consumer.schedulePollTask(() -> {
      throw with;
    });
  }

  private Flux<RecordBatch> flux(TopicPartition partition) {
    return flux(partition, Optional.empty());
  }

  private Flux<RecordBatch> flux(TopicPartition partition, Optional<UUID> topicId) {
    return poller.batches(
        partition.topic(), partition.partition(), topicId, Optional.empty(), credit);
  }

  private void subscribe(TopicPartition partition, Batches subscriber) {
    subscribe(partition, Optional.empty(), subscriber);
  }

  private void subscribe(TopicPartition partition, Optional<UUID> topicId, Batches subscriber) {
    flux(partition, topicId).subscribe(subscriber);
    Await.until(
        partition + " assigned and sought",
        () ->
            consumer.assignment().contains(partition)
                && consumer.seeksToBeginning().contains(partition));
    awaitPolls(1);
  }

  private void add(TopicPartition partition, long... offsets) {
    for (long offset : offsets) {
      consumer.add(partition, offset, new byte[] {1});
    }
  }

  private void addOnceAssigned(TopicPartition partition, long... offsets) {
    Await.until("assigned", () -> consumer.assignment().contains(partition));
    add(partition, offsets);
  }

  private void awaitPolls(int more) {
    int goal = consumer.polls() + more;
    Await.until("polls", () -> consumer.polls() >= goal);
  }

  private static void awaitOffsets(Batches subscriber, int... offsets) {
    List<Long> expected = IntStream.of(offsets).mapToObj(offset -> (long) offset).toList();
    Await.until(
        () -> "offsets " + expected + ", have " + subscriber.offsets(),
        () -> subscriber.offsets().equals(expected));
  }

  /** A subscriber that asks for what a test tells it to. */
  private final class Batches extends BaseSubscriber<RecordBatch> {
    private final List<RecordBatch> mine = new CopyOnWriteArrayList<>();
    private volatile Optional<Throwable> failure = Optional.empty();
    private volatile boolean completed;
    private volatile boolean requestsElsewhere;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      // Demand is the test's.
    }

    @Override
    protected void hookOnNext(RecordBatch batch) {
      mine.add(batch);
      received.add(batch);
      if (requestsElsewhere) {
        Thread.ofVirtual().start(() -> request(1));
      }
    }

    @Override
    protected void hookOnError(Throwable error) {
      failure = Optional.of(error);
    }

    @Override
    protected void hookOnComplete() {
      completed = true;
    }

    void thenRequestElsewhere() {
      requestsElsewhere = true;
    }

    List<RecordBatch> received() {
      return mine;
    }

    List<Long> offsets() {
      return mine.stream()
          .flatMap(batch -> batch.records().stream())
          .map(RawRecord::offset)
          .toList();
    }

    IntakeException awaitFailure() {
      Await.until("a failure", () -> failure.isPresent());
      return (IntakeException) failure.orElseThrow();
    }
  }
}
