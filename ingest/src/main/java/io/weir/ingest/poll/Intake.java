package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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
 * <p><b>Threads:</b> {@link #wanted} and {@link #release} any; the rest belongs to the poll thread.
 */
final class Intake {
  private final TopicPartition partition;
  private final Optional<SourcePosition> start;
  private final ByteCredit credit;
  private final FluxSink<RecordBatch> sink;
  private final AtomicLong heldBytes = new AtomicLong();
  private boolean delivered;

  Intake(
      TopicPartition partition,
      Optional<SourcePosition> start,
      ByteCredit credit,
      FluxSink<RecordBatch> sink) {
    this.partition = partition;
    this.start = start;
    this.credit = credit;
    this.sink = sink;
  }

  TopicPartition partition() {
    return partition;
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
    return start.isEmpty() && !delivered;
  }

  /** Whether a batch may be delivered now. */
  boolean wanted() {
    return sink.requestedFromDownstream() > 0 && credit.left();
  }

  /** What has been delivered is done with. */
  void release() {
    credit.giveBack(heldBytes.getAndSet(0));
  }

  void deliver(
      List<ConsumerRecord<byte[], byte[]>> polled, @Nullable OffsetAndMetadata clientPosition) {
    if (sink.isCancelled()) {
      return;
    }
    List<RawRecord> records = new ArrayList<>(polled.size());
    for (ConsumerRecord<byte[], byte[]> one : polled) {
      records.add(raw(one));
    }
    RecordBatch batch =
        RecordBatch.of(partition.partition(), records, next(records, clientPosition));
    delivered = true;
    // In this order: a release in between gives back nothing that was not taken.
    credit.take(batch.bytes());
    heldBytes.addAndGet(batch.bytes());
    sink.next(batch);
  }

  void complete() {
    sink.complete();
  }

  void fail(IntakeException.Kind kind, String message, Throwable cause) {
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

  private static RawRecord raw(ConsumerRecord<byte[], byte[]> from) {
    return new RawRecord(
        from.offset(),
        from.timestamp(),
        from.leaderEpoch().orElse(SourcePosition.UNKNOWN_EPOCH),
        from.key(),
        from.value(),
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
