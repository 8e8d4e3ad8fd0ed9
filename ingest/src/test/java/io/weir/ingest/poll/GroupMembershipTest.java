package io.weir.ingest.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.record.SourcePosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the group has answered; the double's generation is that of a member from the start. */
class GroupMembershipTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final TopicPartition OTHER = new TopicPartition("t", 1);

  private final MockConsumer<byte[], ByteBuffer> consumer = new MockConsumer<>("none");

  /** Whether the group had answered, for those who ask, when partitions were given. */
  private final List<Boolean> joinedWhenGiven = new ArrayList<>();

  private final List<Set<TopicPartition>> lost = new ArrayList<>();

  private long nowNanos = -1;

  private GroupMembership membership = membership(Set.of());

  private GroupMembership membership(Set<TopicPartition> inherited) {
    return new GroupMembership(
        consumer, new Handler(), new Intakes(), Optional.empty(), () -> nowNanos, inherited);
  }

  @BeforeEach
  void subscribe() {
    membership.subscribe(Set.of("t"));
    membership.reading(Set.of());
  }

  @Test
  void whoeverSeesThatTheGroupHasAnsweredFindsWhatItHasGiven() {
    assertFalse(membership.joined());

    consumer.rebalance(List.of(PARTITION));

    assertEquals(List.of(false), joinedWhenGiven);
    assertTrue(membership.joined());
  }

  @Test
  void anAnswerThatGivesNothingIsTheLastWordAfterAWhileOnly() {
    consumer.rebalance(List.of());
    assertFalse(membership.joined());

    nowNanos += GroupMembership.NOTHING_GIVEN_LIMIT.toNanos() - 1;
    membership.reading(Set.of());
    assertFalse(membership.joined());

    nowNanos++;
    membership.reading(Set.of());
    assertTrue(membership.joined());
  }

  @Test
  void aMemberThatWasThrownOutWaitsAnew() {
    consumer.rebalance(List.of(PARTITION));
    nowNanos += GroupMembership.NOTHING_GIVEN_LIMIT.toNanos();

    membership.onPartitionsLost(List.of(PARTITION));
    membership.reading(Set.of());

    assertFalse(membership.joined());
  }

  @Test
  void whatAMemberBeforeHeldIsLostOnlyWhenTheGroupHasAnsweredWithoutIt() {
    inherit(PARTITION, OTHER);
    consumer.rebalance(List.of());
    assertEquals(List.of(), lost);
    assertFalse(membership.holds(OTHER), "not before it is given again");
    assertEquals(Set.of(PARTITION, OTHER), membership.left(), "should this one fail, too");

    consumer.rebalance(List.of(PARTITION));

    assertEquals(List.of(Set.of(OTHER)), lost);
    assertTrue(membership.holds(PARTITION));
    assertEquals(Set.of(PARTITION), membership.left());
  }

  @Test
  void whatAMemberBeforeHeldIsLostWhenTheGroupGivesNothing() {
    inherit(PARTITION);
    consumer.rebalance(List.of());
    membership.reading(Set.of());
    assertEquals(List.of(), lost);

    nowNanos += GroupMembership.NOTHING_GIVEN_LIMIT.toNanos();
    membership.reading(Set.of());

    assertEquals(List.of(Set.of(PARTITION)), lost);
    assertTrue(membership.joined());
  }

  @Test
  void atTheEndItIsKnownWhatIsLeftForAnother() {
    consumer.rebalance(List.of(PARTITION));

    membership.closing();
    membership.onPartitionsLost(List.of(PARTITION));

    assertEquals(Set.of(PARTITION), membership.left());
    assertEquals(List.of(), lost, "its owner keeps it");
  }

  private void inherit(TopicPartition... partitions) {
    membership = membership(Set.of(partitions));
    subscribe();
  }

  private final class Handler implements RebalanceHandler {
    @Override
    public void assigned(Set<TopicPartition> partitions) {
      joinedWhenGiven.add(membership.joined());
    }

    @Override
    public Map<TopicPartition, SourcePosition> revoked(Set<TopicPartition> partitions) {
      return Map.of();
    }

    @Override
    public void lost(Set<TopicPartition> partitions) {
      lost.add(partitions);
    }
  }
}
