package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * The one thread that owns a {@code KafkaConsumer}, and a {@link Flux} of batches for each
 * partition that somebody subscribes to.
 *
 * <p>A partition is resumed if, and only if, its subscriber has asked for a batch and it holds less
 * than its share of the {@link ByteBudget}; else it is paused, and what the client has prefetched
 * of it stays in the client. So a batch is emitted only on demand and this class needs no queue.
 * Polling goes on all the while, also when every partition is paused.
 *
 * <p>Sleeping and waking: the thread waits inside {@code poll}, for records or for {@link
 * #IDLE_POLL} at most. A cancellation or a new subscription raises a flag and calls {@code
 * Consumer.wakeup} if, and only if, the thread says that it is about to wait or waits; it says so
 * before it looks at the flag for the last time, so none is missed. A request, and bytes that are
 * given back, do so where a partition is held up, and only there: a wakeup costs an exception. The
 * thread says that one is held up before it looks at demand and credit for the last time. A wakeup
 * that comes too late ends the next {@code poll} early, which costs one turn of the loop. Nothing
 * else that this thread calls on the consumer can be woken, and the client throws no records away
 * on a wakeup.
 *
 * <p>Of a topic that was made anew under the name of the one that is meant nothing is delivered:
 * what was polled waits until the {@link TopicGuard} knows, its partition paused.
 *
 * <p>A failure that nobody expects ends the thread, closes the consumer and ends every flux with
 * {@link IntakeException.Kind#POLLING_FAILED}. Whoever wants to go on makes another poller, with
 * another consumer, and subscribes anew from where it stands.
 *
 * <p><b>Threads:</b> all public methods may be called from any thread. Batches and ends are
 * signalled on the poll thread: a subscriber moves its work elsewhere.
 */
public final class PartitionPoller implements AutoCloseable {
  /** The longest that one poll waits for records. */
  static final Duration IDLE_POLL = Duration.ofMillis(500);

  private static final Duration RETRY_DELAY = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final long NOT_POLLING = Long.MIN_VALUE;
  private static final Logger LOG = LoggerFactory.getLogger(PartitionPoller.class);

  private final Consumer<byte[], ByteBuffer> consumer;
  private final TopicGuard guard;
  private final Thread thread;
  private final Intakes intakes = new Intakes();
  private final PartitionSource source;
  private final Optional<GroupMembership> membership;
  private final Optional<OffsetCommits> commits;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final AtomicBoolean asleep = new AtomicBoolean();

  /** Whether a partition waits for demand or credit. */
  private volatile boolean heldUp;

  private volatile boolean stopping;
  private volatile boolean ended;
  private volatile Optional<String> problem = Optional.empty();
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile long lastPollNanos = NOT_POLLING;
  private volatile long longestPollNanos;

  /** As the other, without a group. */
  public PartitionPoller(Consumer<byte[], ByteBuffer> consumer, TopicGuard guard) {
    this(consumer, guard, Optional.empty(), Optional.empty(), Set.of());
  }

  /**
   * Takes ownership of the consumer, which must not be assigned anything yet, and starts.
   *
   * @param guard tells topics apart, for this poller alone
   * @param group where a group decides which partitions may be read; without, that is whoever
   *     subscribes
   * @param offsets what to commit to the consumer's group, if anything
   * @param inherited what a poller that has failed, and whose place this one takes, has {@linkplain
   *     #left}
   */
  public PartitionPoller(
      Consumer<byte[], ByteBuffer> consumer,
      TopicGuard guard,
      Optional<RebalanceHandler> group,
      Optional<GroupOffsets> offsets,
      Set<TopicPartition> inherited) {
    this.consumer = consumer;
    this.guard = guard;
    this.commits = offsets.map(durable -> new OffsetCommits(consumer, durable, this::holds));
    this.membership =
        group.map(handler ->
            new GroupMembership(consumer, handler, intakes, commits, System::nanoTime, inherited));
    this.source = membership.<PartitionSource>map(member -> member).orElse(new OwnChoice(consumer));
    this.thread = Thread.ofPlatform().name("weir-ingest-poll").daemon().unstarted(this::run);
    this.thread.start();
  }

  /**
   * Asks the group for partitions of these topics, in place of those before.
   *
   * @throws IllegalStateException if there is no group
   */
  public void subscribe(Set<String> topics) {
    member().subscribe(topics);
    signal();
  }

  /**
   * Whether the group has answered, so that what it has given is all that it gives for now.
   *
   * @throws IllegalStateException if there is no group
   */
  public boolean joined() {
    return member().joined();
  }

  /**
   * Returns the records of a partition from a position on, one batch for each poll that brought
   * some or passed some offsets.
   *
   * <p><b>Demand:</b> one batch for each that was requested, nothing is buffered here. A batch
   * counts against the credit until it is {@linkplain RecordBatch#release released}, whatever
   * becomes of the flux; whoever requests several releases each when it is done with it.
   *
   * <p><b>Errors:</b> {@link IntakeException} if the partition cannot be read on without losing or
   * changing records, or the poll thread has failed, be it before this was subscribed to.
   *
   * <p><b>Completion:</b> with {@link #close}; where a group decides, also when the partition goes
   * to another member, or has gone before this was subscribed to.
   *
   * <p><b>Cancellation:</b> the partition is no longer read from the poll thread's next turn on; a
   * batch that was in delivery meanwhile is dropped. The bytes of all that was not released are
   * given back.
   *
   * @param topicId id of the topic that is meant: of another that is made under its name nothing is
   *     delivered. Empty for whichever is there
   * @param start where to read; empty is the beginning of the log. With a leader epoch the client
   *     notices if the log has been cut below the offset
   * @param credit what is held is counted here
   */
  public Flux<RecordBatch> batches(
      String topic,
      int partition,
      Optional<UUID> topicId,
      Optional<SourcePosition> start,
      ByteCredit credit) {
    TopicPartition from = new TopicPartition(topic, partition);
    // Not Flux.push: its sink hears of the first request only.
    return Flux.create(
        sink -> open(new Intake(from, topicId, start, credit, sink, this::signalIfHeldUp), sink),
        FluxSink.OverflowStrategy.ERROR);
  }

  /** Why the latest poll failed, unless a later one succeeded. */
  public Optional<String> problem() {
    return problem;
  }

  /** Why the poll thread has ended by itself, if it has: nothing is read here any more. */
  public Optional<Throwable> failure() {
    return failure;
  }

  /**
   * Whether a partition would be read if somebody subscribed to it: the poll thread has not failed,
   * and the group, if there is one, has given it.
   */
  public boolean wouldRead(String topic, int partition) {
    return failure.isEmpty() && source.holds(new TopicPartition(topic, partition));
  }

  /**
   * What the group had given, and not taken again, when the poll thread failed; for the poller that
   * takes this one's place. Empty without a group. To be called after {@link #close}.
   */
  public Set<TopicPartition> left() {
    return membership.map(GroupMembership::left).orElse(Set.of());
  }

  /** The longest time from one poll to the next, the one that is going on included. */
  public Duration longestPollInterval() {
    long last = lastPollNanos;
    long current = last == NOT_POLLING ? 0 : System.nanoTime() - last;
    return Duration.ofNanos(Math.max(longestPollNanos, current));
  }

  /**
   * Stops polling, completes every flux and closes the consumer. Returns when that is done, or has
   * taken longer than the consumer is given to close.
   */
  @Override
  public void close() {
    stopping = true;
    signal();
    boolean interrupted = false;
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.multipliedBy(2).toNanos();
    long leftMillis;
    while (thread.isAlive()
        && (leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) > 0) {
      try {
        thread.join(leftMillis);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private GroupMembership member() {
    return membership.orElseThrow(() -> new IllegalStateException("there is no group"));
  }

  private void open(Intake intake, FluxSink<RecordBatch> sink) {
    intake.begin();
    sink.onDispose(() -> {
      intake.end();
      intakes.close(intake);
      signal();
    });
    sink.onCancel(intake::drop);
    sink.onRequest(n -> signalIfHeldUp());
    intakes.open(intake);
    signal();
    if (ended) {
      endOpened();
    }
  }

  private void endOpened() {
    failure.ifPresentOrElse(
        cause -> intakes.failOpened(kind(cause), message(cause), cause), intakes::completeOpened);
  }

  /** After an error of memory a process is not to be trusted with another attempt. */
  private static IntakeException.Kind kind(Throwable failure) {
    return failure instanceof OutOfMemoryError
        ? IntakeException.Kind.CLIENT_FAILED
        : IntakeException.Kind.POLLING_FAILED;
  }

  private static String message(Throwable failure) {
    return "the poll thread has failed: " + failure;
  }

  private boolean holds(TopicPartition partition) {
    return source.holds(partition);
  }

  private void signalIfHeldUp() {
    if (heldUp) {
      signal();
    }
  }

  private void signal() {
    signalled.set(true);
    if (asleep.compareAndSet(true, false)) {
      consumer.wakeup();
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    try {
      while (!stopping) {
        turn();
      }
      intakes.completeAll();
      source.closing();
      commits.ifPresent(OffsetCommits::atTheEnd);
    } catch (RuntimeException | Error e) {
      giveUp(e);
    } finally {
      lastPollNanos = NOT_POLLING;
      ended = true;
      endOpened();
      closeConsumer();
    }
  }

  private void giveUp(Throwable e) {
    // Nobody interrupts this thread; if somebody has, the group hears of the end all the same.
    var _ = Thread.interrupted();
    LOG.error("the poll thread has failed; the partitions that it reads stand still", e);
    problem = Optional.of(message(e));
    failure = Optional.of(e);
    source.closing();
    intakes.failAll(kind(e), message(e), e);
  }

  private void turn() {
    signalled.set(false);
    takeInSubscriptions();
    guard.ask(intakes.guardedTopics(), this::signal);
    intakes.withholding().forEach(this::passOn);
    steer();
    commits.ifPresent(OffsetCommits::perhaps);
    asleep.set(true);
    try {
      if (signalled.get()) {
        return;
      }
      if (source.needsPolling()) {
        poll();
      } else {
        lastPollNanos = NOT_POLLING;
        LockSupport.parkNanos(this, IDLE_POLL.toNanos());
      }
    } finally {
      asleep.set(false);
    }
  }

  private void takeInSubscriptions() {
    intakes.letGo().forEach(source::leave);
    List<Intake> fresh = intakes.takeIn(source);
    source.reading(intakes.partitions());
    for (Intake intake : fresh) {
      // Paused first: a fresh assignment is not, and nobody may have asked for a batch yet.
      consumer.pause(Set.of(intake.partition()));
      seek(intake);
    }
  }

  private void seek(Intake intake) {
    if (intake.start().isEmpty()) {
      consumer.seekToBeginning(Set.of(intake.partition()));
      return;
    }
    SourcePosition start = intake.start().get();
    Optional<Integer> epoch =
        start.leaderEpoch() == SourcePosition.UNKNOWN_EPOCH
            ? Optional.empty()
            : Optional.of(start.leaderEpoch());
    consumer.seek(intake.partition(), new OffsetAndMetadata(start.nextOffset(), epoch, ""));
  }

  /** Makes the consumer's pauses what demand and credit say. */
  private void steer() {
    Set<TopicPartition> paused = consumer.paused();
    List<TopicPartition> resume = new ArrayList<>();
    List<TopicPartition> pause = new ArrayList<>();
    boolean anyHeldUp = false;
    for (Intake intake : intakes.all()) {
      boolean isPaused = paused.contains(intake.partition());
      boolean wanted = intake.wanted();
      if (!wanted && !anyHeldUp) {
        anyHeldUp = true;
        heldUp = true;
        // What came before that was said woke nobody.
        wanted = intake.wanted();
      }
      if (wanted && isPaused) {
        resume.add(intake.partition());
        intake.resumed();
      } else if (!wanted && !isPaused) {
        pause.add(intake.partition());
        intake.paused();
      }
    }
    heldUp = anyHeldUp;
    if (!resume.isEmpty()) {
      consumer.resume(resume);
    }
    if (!pause.isEmpty()) {
      consumer.pause(pause);
    }
  }

  private void poll() {
    long now = System.nanoTime();
    if (lastPollNanos != NOT_POLLING) {
      longestPollNanos = Math.max(longestPollNanos, now - lastPollNanos);
    }
    lastPollNanos = now;
    try {
      ConsumerRecords<byte[], ByteBuffer> polled = consumer.poll(IDLE_POLL);
      problem = Optional.empty();
      deliver(polled);
    } catch (WakeupException e) {
      // Somebody has asked for something: the next turn sees to it.
    } catch (KafkaException e) {
      failed(e);
    }
  }

  private void deliver(ConsumerRecords<byte[], ByteBuffer> polled) {
    long after = guard.responses();
    // These include partitions that brought no record but whose position has moved.
    for (Map.Entry<TopicPartition, OffsetAndMetadata> next : polled.nextOffsets().entrySet()) {
      intakes
          .of(next.getKey())
          .ifPresent(intake -> {
            intake.withhold(polled.records(next.getKey()), next.getValue(), after);
            passOn(intake);
          });
    }
  }

  private void passOn(Intake intake) {
    switch (intake.judgedBy(guard)) {
      case TopicGuard.Verdict.Meant _ -> intake.deliver();
      case TopicGuard.Verdict.NotYetKnown _ -> {}
      case TopicGuard.Verdict.Other(UUID id) -> {
        remove(intake.partition());
        intake.fail(
            IntakeException.Kind.TOPIC_RECREATED,
            "topic "
                + intake.partition().topic()
                + " had id "
                + intake.topicId().map(UUID::toString).orElse("none")
                + " and now has "
                + id,
            null);
      }
    }
  }

  private void failed(KafkaException e) {
    PollFailure failure = PollFailure.of(e, intakes.partitions());
    switch (failure) {
      case PollFailure.Passing _ -> {
        if (problem.isEmpty()) {
          LOG.warn("cannot poll, will go on trying: {}", e.toString());
        }
        problem = Optional.of(e.toString());
        LockSupport.parkNanos(this, RETRY_DELAY.toNanos());
      }
      case PollFailure.OfPartitions(IntakeException.Kind kind, Map<TopicPartition, String> which) ->
          which.forEach((partition, message) -> end(partition, kind, message, e));
    }
  }

  private void end(
      TopicPartition partition, IntakeException.Kind kind, String message, KafkaException cause) {
    Optional<Intake> reading = intakes.of(partition);
    if (reading.isEmpty()) {
      return;
    }
    Intake intake = reading.get();
    if (kind == IntakeException.Kind.POSITION_OUT_OF_RANGE && intake.atBeginning()) {
      seek(intake);
      return;
    }
    remove(partition);
    intake.fail(kind, message, cause);
  }

  private void remove(TopicPartition partition) {
    var _ = intakes.remove(partition);
    source.leave(partition);
    source.reading(intakes.partitions());
  }

  private void closeConsumer() {
    try {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    } catch (RuntimeException e) {
      // Of a consumer that has failed anything can be expected.
      LOG.warn("the consumer did not close cleanly: {}", e.toString());
    }
  }
}
