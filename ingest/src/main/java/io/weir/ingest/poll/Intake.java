package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * One partition's side of the bridge: its demand, its credit, its subscriber.
 *
 * <p><b>Threads:</b> {@link #begin}, {@link #end}, {@link #drop}, {@link #cancelled} and the
 * release of a batch any; the rest belongs to the poll thread.
 */
final class Intake {
  /** What is kept of fetched arrays is at most so many times what counts against the credit. */
  private static final int ARRAYS_OVER_VALUES = 8;

  private final TopicPartition partition;
  private final Optional<UUID> topicId;
  private final Optional<SourcePosition> start;
  private final ByteCredit credit;
  private final FluxSink<RecordBatch> sink;
  private final Runnable creditChanged;
  private boolean polled;
  private @Nullable Polled withheld;
  private @Nullable PartitionPauseEvent pause;

  /** Guarded by this. */
  private long heldBytes;

  /** Guarded by this: nothing that was delivered counts any more. */
  private boolean dropped;

  /**
   * What a poll brought.
   *
   * @param next where the client stands behind it
   * @param after how many responses about the cluster had come
   */
  private record Polled(
      List<ConsumerRecord<byte[], ByteBuffer>> records,
      @Nullable OffsetAndMetadata next,
      long after) {}

  /**
   * Holds nothing.
   *
   * @param topicId of the topic that is meant; empty for whichever is there
   * @param creditChanged is told when bytes have been given back
   */
  Intake(
      TopicPartition partition,
      Optional<UUID> topicId,
      Optional<SourcePosition> start,
      ByteCredit credit,
      FluxSink<RecordBatch> sink,
      Runnable creditChanged) {
    this.partition = partition;
    this.topicId = topicId;
    this.start = start;
    this.credit = credit;
    this.sink = sink;
    this.creditChanged = creditChanged;
  }

  TopicPartition partition() {
    return partition;
  }

  /** The id of the topic that is meant; empty for whichever is there. */
  Optional<UUID> topicId() {
    return topicId;
  }

  /** Where to seek to; empty is the beginning of the log. */
  Optional<SourcePosition> start() {
    return start;
  }

  /**
   * Whether the log's beginning may still move without losing anything: it was asked for, not an
   * offset, and nothing has been read yet.
   */
  boolean atBeginning() {
    return start.isEmpty() && !polled;
  }

  boolean cancelled() {
    return sink.isCancelled();
  }

  /** Whether a batch may be delivered now. */
  boolean wanted() {
    return withheld == null && sink.requestedFromDownstream() > 0 && credit.admits(heldBytes());
  }

  /** The partition is paused, for no batch is {@link #wanted}. */
  void paused() {
    pause =
        PartitionPauseEvent.begun(
            withheld != null ? "topic" : sink.requestedFromDownstream() > 0 ? "credit" : "demand");
  }

  /** The partition is fetched again. */
  void resumed() {
    if (pause != null) {
      pause.end(partition);
      pause = null;
    }
  }

  /** Shares the credit from now on, until {@link #end}. */
  void begin() {
    credit.join();
  }

  /** Shares nothing any more; what has been delivered counts until it is released or dropped. */
  void end() {
    credit.leave();
  }

  /** The subscriber has gone, and all that it had not released with it. */
  void drop() {
    synchronized (this) {
      dropped = true;
      credit.giveBack(heldBytes);
      heldBytes = 0;
    }
    creditChanged.run();
  }

  /**
   * Keeps what a poll brought until {@link #deliver}; meanwhile nothing more is {@link #wanted}.
   *
   * @param after how many responses about the cluster had come
   */
  void withhold(
      List<ConsumerRecord<byte[], ByteBuffer>> records,
      @Nullable OffsetAndMetadata clientPosition,
      long after) {
    if (withheld != null) {
      throw new IllegalStateException(partition + " was polled while it was paused");
    }
    polled = true;
    withheld = new Polled(records, clientPosition, after);
  }

  boolean withholds() {
    return withheld != null;
  }

  /** What is known of the records that are withheld. */
  TopicGuard.Verdict judgedBy(TopicGuard guard) {
    return guard.judge(partition.topic(), topicId, withheld().after());
  }

  /** Delivers what is withheld. */
  void deliver() {
    Polled from = withheld();
    withheld = null;
    boolean shares = isLargePart(from.records());
    List<RawRecord> records = new ArrayList<>(from.records().size());
    for (ConsumerRecord<byte[], ByteBuffer> one : from.records()) {
      records.add(raw(one, shares));
    }
    RecordBatch batch =
        new RecordBatch(partition.partition(), records, next(records, from.next()), this::giveBack);
    if (take(batch.bytes())) {
      sink.next(batch);
    }
  }

  private Polled withheld() {
    Polled polledBefore = withheld;
    if (polledBefore == null) {
      throw new IllegalStateException(partition + " withholds nothing");
    }
    return polledBefore;
  }

  private synchronized long heldBytes() {
    return heldBytes;
  }

  /** False, and nothing taken, if there is nobody to release it. */
  private synchronized boolean take(long bytes) {
    if (dropped) {
      return false;
    }
    heldBytes += bytes;
    credit.take(bytes);
    return true;
  }

  private void giveBack(long bytes) {
    synchronized (this) {
      if (dropped) {
        return;
      }
      heldBytes -= bytes;
      credit.giveBack(bytes);
    }
    creditChanged.run();
  }

  void complete() {
    sink.complete();
  }

  void fail(IntakeException.Kind kind, String message, @Nullable Throwable cause) {
    sink.error(new IntakeException(kind, message, cause));
  }

  /** The client's position knows of markers and holes behind the last record; records may not. */
  private static SourcePosition next(
      List<RawRecord> records, @Nullable OffsetAndMetadata clientPosition) {
    long nextOffset = 0;
    int leaderEpoch = SourcePosition.UNKNOWN_EPOCH;
    if (!records.isEmpty()) {
      nextOffset = records.getLast().offset() + 1;
      leaderEpoch = records.getLast().leaderEpoch();
    }
    if (clientPosition != null) {
      nextOffset = Math.max(nextOffset, clientPosition.offset());
      leaderEpoch =
          Math.max(leaderEpoch, clientPosition.leaderEpoch().orElse(SourcePosition.UNKNOWN_EPOCH));
    }
    return new SourcePosition(nextOffset, leaderEpoch);
  }

  /**
   * Whether the values are so much of the arrays that hold them that these may live as long: a
   * small part of a fetch would keep all of it, and it counts here with its own bytes.
   */
  // The arrays themselves are counted, whichever part of them is the value's.
  @SuppressWarnings({"ArrayEquals", "ReferenceEquality", "ByteBufferBackingArray"})
  private static boolean isLargePart(List<ConsumerRecord<byte[], ByteBuffer>> polled) {
    long ofValues = 0;
    long ofArrays = 0;
    byte[] latest = null;
    for (ConsumerRecord<byte[], ByteBuffer> one : polled) {
      ByteBuffer value = one.value();
      if (value != null && value.hasArray()) {
        ofValues += value.remaining();
        ofArrays += value.array() == latest ? 0 : value.array().length;
        latest = value.array();
      }
    }
    return ofArrays <= ARRAYS_OVER_VALUES * ofValues;
  }

  private static RawRecord raw(ConsumerRecord<byte[], ByteBuffer> from, boolean shares) {
    ByteBuffer value = from.value();
    byte[] array = null;
    int valueFrom = 0;
    int valueTo = 0;
    if (value != null && shares && value.hasArray()) {
      array = value.array();
      valueFrom = value.arrayOffset() + value.position();
      valueTo = valueFrom + value.remaining();
    } else if (value != null) {
      array = new byte[value.remaining()];
      value.get(value.position(), array);
      valueTo = array.length;
    }
    return new RawRecord(
        from.offset(),
        from.timestamp(),
        from.leaderEpoch().orElse(SourcePosition.UNKNOWN_EPOCH),
        from.key(),
        array,
        valueFrom,
        valueTo,
        headers(from.headers()));
  }

  private static List<RawHeader> headers(Headers from) {
    List<RawHeader> headers = List.of();
    for (Header one : from) {
      if (headers.isEmpty()) {
        headers = new ArrayList<>();
      }
      headers.add(new RawHeader(one.key(), one.value()));
    }
    return headers;
  }
}
