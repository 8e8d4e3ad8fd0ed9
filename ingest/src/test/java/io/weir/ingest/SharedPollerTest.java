package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.poll.PartitionPoller;
import io.weir.ingest.poll.TopicGuard;
import io.weir.ingest.testing.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SharedPollerTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private int made;
  private boolean cannotBeMade;
  private FragileConsumer consumer = new FragileConsumer();
  private final SharedPoller shared = new SharedPoller(this::poller, () -> now);

  private PartitionPoller poller(Set<TopicPartition> inherited) {
    assertEquals(Set.of(), inherited, "there is no group");
    if (cannotBeMade) {
      throw new IllegalStateException("no address");
    }
    made++;
    consumer = new FragileConsumer();
    return new PartitionPoller(
        consumer,
        new TopicGuard(
            () -> 0,
            _ -> CompletableFuture.failedFuture(new AssertionError("nothing is read here"))));
  }

  @AfterEach
  void close() {
    shared.close();
  }

  @Test
  void theOneThatPollsStays() {
    assertThrows(IllegalStateException.class, shared::current);
    shared.ready();
    PartitionPoller first = shared.current();

    now = now.plus(Duration.ofDays(1));
    shared.ready();
    shared.renew();

    assertSame(first, shared.current());
    assertEquals(1, made);
  }

  @Test
  void eachAttemptWaitsTwiceAsLongAsTheOneBeforeUpToAMinute() {
    shared.ready();
    for (int seconds : new int[] {2, 4, 8, 16, 32, 60, 60}) {
      awaitReplacedAfter(Duration.ofSeconds(seconds));
    }
  }

  @Test
  void oneThatHasPolledForLongerThanTheLongestWaitIsANewBeginning() {
    shared.ready();
    awaitReplacedAfter(Duration.ofSeconds(2));
    awaitReplacedAfter(Duration.ofSeconds(4));
    now = now.plus(RetryDelay.LONGEST).plusMillis(1);
    shared.ready();

    awaitReplacedAfter(Duration.ofSeconds(2));
  }

  @Test
  void whoeverDoesNotWantToWaitHasAnotherAtOnce() {
    shared.ready();
    PartitionPoller failed = fail();

    shared.renew();

    assertNotSame(failed, shared.current());
    assertEquals(Optional.empty(), shared.problem());
  }

  @Test
  void oneThatCannotBeMadeIsTriedAgainLater() {
    shared.ready();
    PartitionPoller failed = fail();
    assertEquals(now.plusSeconds(2), shared.nextAttempt());
    now = now.plusSeconds(2);
    cannotBeMade = true;

    assertThrows(IllegalStateException.class, shared::ready);

    assertSame(failed, shared.current());
    assertEquals(now.plusSeconds(4), shared.nextAttempt());
    cannotBeMade = false;
    shared.ready();
    assertSame(failed, shared.current(), "not before its time");
  }

  /** Makes the present one fail, and finds another in its place when, and only when, it is time. */
  private void awaitReplacedAfter(Duration wait) {
    PartitionPoller failed = fail();
    assertTrue(shared.problem().orElse("").contains("a bug"), shared.problem()::toString);
    assertEquals(now.plus(wait), shared.nextAttempt());
    now = now.plus(wait).minusMillis(1);
    shared.ready();
    assertSame(failed, shared.current());

    now = now.plusMillis(1);
    shared.ready();
    assertNotSame(failed, shared.current());
    assertTrue(shared.current().failure().isEmpty());
  }

  private PartitionPoller fail() {
    PartitionPoller poller = shared.current();
    consumer.broken = true;
    Await.until("the failure", () -> poller.failure().isPresent());
    return poller;
  }

  /** Kafka's own test double, with a bug that comes to light. */
  private static final class FragileConsumer extends MockConsumer<byte[], ByteBuffer> {
    private volatile boolean broken;

    FragileConsumer() {
      super("none");
    }

    @Override
    public synchronized Set<TopicPartition> paused() {
      if (broken) {
        throw new IllegalStateException("a bug");
      }
      return super.paused();
    }
  }
}
