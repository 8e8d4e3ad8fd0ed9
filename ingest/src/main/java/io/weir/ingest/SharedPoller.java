package io.weir.ingest;

import io.weir.ingest.poll.PartitionPoller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poller that all shards read from, but for their rebuilds: one at a time, and when one has
 * failed, another with another consumer. Before each it waits twice as long as before the last, up
 * to {@link RetryDelay#LONGEST}; one that has polled for longer than that is a new beginning.
 *
 * <p>Shards end with their poller, and begin again by themselves once there is another.
 *
 * <p><b>Ownership:</b> owns its pollers.
 *
 * <p><b>Threads:</b> {@link #ready} and {@link #renew} belong to the control thread, the rest any.
 */
final class SharedPoller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedPoller.class);

  private final Function<Set<TopicPartition>, PartitionPoller> pollers;
  private final InstantSource clock;
  private final RetryDelay retryDelay = new RetryDelay();
  private volatile @Nullable PartitionPoller current;

  /** Of those that have failed. */
  private volatile Duration longestPollInterval = Duration.ZERO;

  /** Control thread only. */
  private Instant madeAt = Instant.MIN;

  /** Guarded by this: when the one that has failed is replaced. */
  private Optional<Instant> next = Optional.empty();

  /**
   * Has none yet.
   *
   * @param pollers makes a poller in place of one that has {@linkplain PartitionPoller#left left}
   *     these partitions
   */
  SharedPoller(Function<Set<TopicPartition>, PartitionPoller> pollers, InstantSource clock) {
    this.pollers = pollers;
    this.clock = clock;
  }

  /** Makes the first poller, or another if it is time for one. */
  void ready() {
    PartitionPoller now = current;
    if (now == null) {
      make(Set.of());
    } else if (now.failure().isEmpty()) {
      // Of the one before: a shard that was told late may have asked since.
      forgetAttempt();
      if (madeAt.plus(RetryDelay.LONGEST).isBefore(clock.instant())) {
        retryDelay.reset();
      }
    } else if (!clock.instant().isBefore(nextAttempt())) {
      replace(now);
    }
  }

  /** Makes another poller now, if the present one has failed. */
  void renew() {
    PartitionPoller failed = current();
    if (failed.failure().isPresent()) {
      replace(failed);
    }
  }

  /**
   * The poller, which may have failed.
   *
   * @throws IllegalStateException before the first {@link #ready}: nothing can be read yet
   */
  PartitionPoller current() {
    PartitionPoller now = current;
    if (now == null) {
      throw new IllegalStateException("there is no poller yet");
    }
    return now;
  }

  /** When another poller takes the place of the one that has failed; now, if it has already. */
  synchronized Instant nextAttempt() {
    PartitionPoller now = current;
    if (now != null && now.failure().isEmpty()) {
      return clock.instant();
    }
    Instant at =
        next.orElseGet(() -> clock.instant().plus(retryDelay.next(StopReason.POLLING_FAILED)));
    next = Optional.of(at);
    return at;
  }

  /** What keeps it from polling, if anything. */
  Optional<String> problem() {
    PartitionPoller now = current;
    return now == null ? Optional.empty() : now.problem();
  }

  /** The longest time from one poll to the next, of all pollers. */
  Duration longestPollInterval() {
    PartitionPoller now = current;
    Duration before = longestPollInterval;
    return now == null || now.longestPollInterval().compareTo(before) < 0
        ? before
        : now.longestPollInterval();
  }

  /** As {@link PartitionPoller#close}; a poller that has failed is not replaced any more. */
  @Override
  public void close() {
    PartitionPoller now = current;
    if (now != null) {
      now.close();
    }
  }

  private void replace(PartitionPoller failed) {
    longestPollInterval = longestPollInterval();
    // If it cannot even be made, the wait for the attempt after this one is longer.
    forgetAttempt();
    // Two consumers would be two members of a group.
    failed.close();
    make(failed.left());
    LOG.info("polls again, with another consumer: {}", failed.problem().orElse(""));
  }

  private synchronized void forgetAttempt() {
    next = Optional.empty();
  }

  private void make(Set<TopicPartition> inherited) {
    current = pollers.apply(inherited);
    madeAt = clock.instant();
  }
}
