package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer gets what its group gives it.
 *
 * <p>A partition that comes is paused and parked at offset 0, without an epoch, before anything
 * else: with {@code auto.offset.reset=none} a partition without a position ends the poll, and the
 * group's own offset must never become one. A parked partition is neither fetched nor checked
 * against the leader's log. Whoever subscribes to it moves it to where it is to be read.
 *
 * <p>A member can take the place of one that has failed. What that one held stays its owner's until
 * the group has answered; what the group does not give again then is lost.
 *
 * <p><b>Threads:</b> the poll thread; {@link #subscribe}, {@link #joined}, {@link #holds} any.
 */
final class GroupMembership implements PartitionSource, ConsumerRebalanceListener {
  /**
   * The group's first answer may give nothing and its next, a heartbeat later, what it has found
   * out by then. Longer than a heartbeat's interval as brokers have it by default.
   */
  static final Duration NOTHING_GIVEN_LIMIT = Duration.ofSeconds(7);

  private static final Logger LOG = LoggerFactory.getLogger(GroupMembership.class);

  private final Consumer<byte[], ByteBuffer> consumer;
  private final RebalanceHandler handler;
  private final Intakes intakes;
  private final Optional<OffsetCommits> commits;
  private final LongSupplier nanoTime;

  /** Changed by the poll thread only. */
  private final Set<TopicPartition> held = ConcurrentHashMap.newKeySet();

  /** What a member before this one has left, until the group has answered; poll thread only. */
  private Set<TopicPartition> inherited;

  private Set<String> subscribed = Set.of();
  private boolean closing;

  /** When the group was first seen to have answered, as long as it has given nothing. */
  private OptionalLong nothingGivenSince = OptionalLong.empty();

  private volatile Set<String> wanted = Set.of();
  private volatile boolean joined;

  /**
   * Borrows all of it.
   *
   * @param inherited what a member that has failed, and whose place this one takes, has {@linkplain
   *     #left}
   */
  GroupMembership(
      Consumer<byte[], ByteBuffer> consumer,
      RebalanceHandler handler,
      Intakes intakes,
      Optional<OffsetCommits> commits,
      LongSupplier nanoTime,
      Set<TopicPartition> inherited) {
    this.inherited = Set.copyOf(inherited);
    this.consumer = consumer;
    this.handler = handler;
    this.intakes = intakes;
    this.commits = commits;
    this.nanoTime = nanoTime;
  }

  /** From the next turn on the group is asked for partitions of these topics. */
  void subscribe(Set<String> topics) {
    wanted = Set.copyOf(topics);
  }

  /**
   * Whether the group has answered: what is held, be it nothing, is what it has given, and the
   * handler has heard of it.
   */
  boolean joined() {
    return joined;
  }

  @Override
  public boolean holds(TopicPartition partition) {
    return held.contains(partition);
  }

  /** What is its owner's still, for a member that takes this one's place. After the end. */
  Set<TopicPartition> left() {
    Set<TopicPartition> left = new HashSet<>(inherited);
    left.addAll(held);
    return left;
  }

  @Override
  public void reading(Set<TopicPartition> partitions) {
    Set<String> topics = wanted;
    if (!topics.equals(subscribed)) {
      consumer.subscribe(topics, this);
      subscribed = topics;
    }
    // A member that is given nothing is not told so under every protocol.
    if (!joined && !subscribed.isEmpty() && consumer.groupMetadata().generationId() > 0) {
      nothingGiven();
    }
  }

  private void nothingGiven() {
    long now = nanoTime.getAsLong();
    if (nothingGivenSince.isEmpty()) {
      nothingGivenSince = OptionalLong.of(now);
    }
    if (now - nothingGivenSince.getAsLong() >= NOTHING_GIVEN_LIMIT.toNanos()) {
      loseInherited();
      joined = true;
    }
  }

  /** The group has answered: what it has not given again is another member's by now. */
  private void loseInherited() {
    Set<TopicPartition> gone = new HashSet<>(inherited);
    gone.removeAll(held);
    inherited = Set.of();
    if (!gone.isEmpty()) {
      LOG.warn("the group does not give {} partitions again: {}", gone.size(), gone);
      handler.lost(gone);
    }
  }

  @Override
  public void leave(TopicPartition partition) {
    if (held.contains(partition)) {
      park(Set.of(partition));
    }
  }

  @Override
  public boolean needsPolling() {
    return !subscribed.isEmpty();
  }

  @Override
  public void closing() {
    closing = true;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    Set<TopicPartition> fresh = Set.copyOf(partitions);
    park(fresh);
    held.addAll(fresh);
    if (!fresh.isEmpty()) {
      LOG.info("the group gives {} partitions: {}", fresh.size(), fresh);
      loseInherited();
      handler.assigned(fresh);
      // After that: whoever sees it must find what was given.
      joined = true;
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    Set<TopicPartition> gone = take(partitions);
    if (!gone.isEmpty()) {
      LOG.info("the group takes {} partitions: {}", gone.size(), gone);
      Map<TopicPartition, SourcePosition> durable = handler.revoked(gone);
      commits.ifPresent(offsets -> {
        offsets.now(durable);
        offsets.forget(gone);
      });
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    Set<TopicPartition> gone = take(partitions);
    joined = false;
    nothingGivenSince = OptionalLong.empty();
    if (!gone.isEmpty()) {
      LOG.warn("the group has given {} partitions away without asking: {}", gone.size(), gone);
      commits.ifPresent(offsets -> offsets.forget(gone));
      handler.lost(gone);
    }
  }

  /** At the end all partitions go, and their owner sees to its shards by itself. */
  private Set<TopicPartition> take(Collection<TopicPartition> partitions) {
    if (closing) {
      return Set.of();
    }
    Set<TopicPartition> gone = new HashSet<>(partitions);
    gone.retainAll(held);
    held.removeAll(gone);
    gone.forEach(intakes::complete);
    return gone;
  }

  private void park(Set<TopicPartition> partitions) {
    consumer.pause(partitions);
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, new OffsetAndMetadata(0));
    }
  }
}
