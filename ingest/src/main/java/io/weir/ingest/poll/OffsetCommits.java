package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Commits a group's offsets behind what is durable, once a second where something has changed, one
 * request at a time.
 *
 * <p><b>Threads:</b> the poll thread.
 */
final class OffsetCommits {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String METADATA = "durable in Weir";

  private final Consumer<byte[], ByteBuffer> consumer;
  private final GroupOffsets offsets;
  private final Predicate<TopicPartition> held;
  private final Map<TopicPartition, SourcePosition> committed = new HashMap<>();
  private boolean inFlight;
  private long lastNanos = System.nanoTime() - INTERVAL.toNanos();

  /**
   * Borrows all.
   *
   * @param held whether a partition may be read here, and so be committed: after a poller has
   *     failed, its shards stay open until the group has said whose they are
   */
  OffsetCommits(
      Consumer<byte[], ByteBuffer> consumer, GroupOffsets offsets, Predicate<TopicPartition> held) {
    this.consumer = consumer;
    this.offsets = offsets;
    this.held = held;
  }

  /** Commits, without waiting, what has changed, if it is time. The answer comes with a poll. */
  void perhaps() {
    long now = System.nanoTime();
    if (inFlight || now - lastNanos < INTERVAL.toNanos()) {
      return;
    }
    lastNanos = now;
    Map<TopicPartition, SourcePosition> changed = changed(durable());
    if (changed.isEmpty()) {
      return;
    }
    inFlight = true;
    try {
      consumer.commitAsync(
          kafkaOffsets(changed),
          (_, failure) -> {
            inFlight = false;
            if (failure == null) {
              committed.putAll(changed);
            } else {
              offsets.failed(failure);
            }
          });
    } catch (KafkaException e) {
      inFlight = false;
      offsets.failed(e);
    }
  }

  /** Commits everything that has changed, and waits for it a little. */
  void atTheEnd() {
    now(durable());
  }

  /** Commits these, and waits for it a little. */
  void now(Map<TopicPartition, SourcePosition> durable) {
    Map<TopicPartition, SourcePosition> changed = changed(durable);
    if (changed.isEmpty()) {
      return;
    }
    try {
      commitSync(kafkaOffsets(changed));
      committed.putAll(changed);
    } catch (KafkaException e) {
      offsets.failed(e);
    }
  }

  private void commitSync(Map<TopicPartition, OffsetAndMetadata> changed) {
    try {
      consumer.commitSync(changed, LIMIT);
    } catch (WakeupException e) {
      // Meant for the poll that this happens in; there is but one until that poll has returned.
      consumer.commitSync(changed, LIMIT);
      consumer.wakeup();
    }
  }

  /** These may be committed by others from now on. */
  void forget(Iterable<TopicPartition> gone) {
    gone.forEach(committed::remove);
  }

  private Map<TopicPartition, SourcePosition> durable() {
    Map<TopicPartition, SourcePosition> durable = new HashMap<>(offsets.durable());
    durable.keySet().removeIf(held.negate());
    return durable;
  }

  private Map<TopicPartition, SourcePosition> changed(Map<TopicPartition, SourcePosition> durable) {
    Map<TopicPartition, SourcePosition> changed = new HashMap<>(durable);
    changed.entrySet().removeAll(committed.entrySet());
    return changed;
  }

  private static Map<TopicPartition, OffsetAndMetadata> kafkaOffsets(
      Map<TopicPartition, SourcePosition> positions) {
    Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
    positions.forEach((partition, position) -> {
      Optional<Integer> epoch =
          Optional.of(position.leaderEpoch())
              .filter(known -> known != SourcePosition.UNKNOWN_EPOCH);
      all.put(partition, new OffsetAndMetadata(position.nextOffset(), epoch, METADATA));
    });
    return all;
  }
}
