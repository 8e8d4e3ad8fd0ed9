package io.weir.ingest.poll;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own test double, which also waits a little in an empty poll as the real consumer does,
 * and remembers what it was asked.
 */
final class SeekRecordingConsumer extends MockConsumer<byte[], ByteBuffer> {
  private static final Duration EMPTY_POLL = Duration.ofMillis(1);

  private final Map<TopicPartition, OffsetAndMetadata> seeks = new ConcurrentHashMap<>();
  private final List<TopicPartition> seeksToBeginning = new CopyOnWriteArrayList<>();
  private final AtomicInteger polls = new AtomicInteger();
  private final Semaphore events = new Semaphore(0);
  private volatile boolean patient;
  private volatile @Nullable KafkaException failure;

  SeekRecordingConsumer() {
    super("none");
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // waits outside of the lock
  public ConsumerRecords<byte[], ByteBuffer> poll(Duration timeout) {
    polls.incrementAndGet();
    KafkaException failing = failure;
    if (failing != null) {
      throw failing;
    }
    ConsumerRecords<byte[], ByteBuffer> polled = super.poll(timeout);
    if (!polled.isEmpty()) {
      return polled;
    }
    Duration wait = patient ? timeout : EMPTY_POLL;
    try {
      if (!events.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        return polled;
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    events.drainPermits();
    return super.poll(timeout);
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the poll waits outside of the lock too
  public void wakeup() {
    super.wakeup();
    events.release();
  }

  /** From now on an empty poll waits as long as it is told to, unless something happens. */
  void waitAsLongAsTold() {
    patient = true;
  }

  /** From now on every poll fails, until it is told that none does. */
  void failWith(@Nullable KafkaException with) {
    failure = with;
  }

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata to) {
    seeks.put(partition, to);
    super.seek(partition, to);
  }

  @Override
  public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
    seeksToBeginning.addAll(partitions);
    super.seekToBeginning(partitions);
  }

  Map<TopicPartition, OffsetAndMetadata> seeks() {
    return seeks;
  }

  List<TopicPartition> seeksToBeginning() {
    return seeksToBeginning;
  }

  int polls() {
    return polls.get();
  }

  void add(TopicPartition partition, long offset, byte[] value) {
    add(partition, offset, ByteBuffer.wrap(value));
  }

  void add(TopicPartition partition, long offset, ByteBuffer value) {
    addRecord(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            1_000 + offset,
            TimestampType.CREATE_TIME,
            1,
            value.remaining(),
            new byte[] {'k'},
            value,
            new RecordHeaders().add("h", new byte[] {'v'}),
            Optional.of(5)));
    events.release();
  }
}
