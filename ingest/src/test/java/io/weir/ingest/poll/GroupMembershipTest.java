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

  private final MockConsumer<byte[], ByteBuffer> consumer = new MockConsumer<>("none");

  /** Whether the group had answered, for those who ask, when partitions were given. */
  private final List<Boolean> joinedWhenGiven = new ArrayList<>();

  private long nowNanos = -1;

  private final GroupMembership membership =
      new GroupMembership(consumer, new Handler(), new Intakes(), Optional.empty(), () -> nowNanos);

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
      // Nobody reads them here.
    }
  }
}
