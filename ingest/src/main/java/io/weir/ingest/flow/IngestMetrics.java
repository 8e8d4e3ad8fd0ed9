package io.weir.ingest.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All meters of ingest: names, units and tags in one place.
 *
 * <p><b>Ownership:</b> borrows the registry; {@link #close} takes its meters out of it again.
 *
 * <p><b>Threads:</b> any.
 */
public final class IngestMetrics implements AutoCloseable {
  private static final String COLLECTION = "collection";
  private static final String PARTITION = "partition";

  private final MeterRegistry registry;
  private final Set<Meter> registered = ConcurrentHashMap.newKeySet();

  /** Registers nothing yet. */
  public IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * The meters of one shard's way.
   *
   * @param records records dealt with: taken in, rejected or known already
   * @param bytes bytes of their keys, values and headers
   * @param roomWait time spent waiting for room in the hot buffer
   * @param deadLetterFailures attempts to reach the dead-letter topic that failed
   */
  record OfShard(Counter records, Counter bytes, Timer roomWait, Counter deadLetterFailures) {}

  OfShard ofShard(String collection, int partition) {
    String number = Integer.toString(partition);
    return new OfShard(
        kept(
            Counter.builder("weir.ingest.records")
                .description("Records dealt with: taken in, rejected or known already")
                .tags(COLLECTION, collection, PARTITION, number)
                .register(registry)),
        kept(
            Counter.builder("weir.ingest.bytes")
                .description("Bytes of keys, values and headers of the records dealt with")
                .baseUnit("bytes")
                .tags(COLLECTION, collection, PARTITION, number)
                .register(registry)),
        kept(
            Timer.builder("weir.ingest.room.wait")
                .description("Time that shards spent waiting for room in the hot buffer")
                .tags(COLLECTION, collection)
                .register(registry)),
        kept(
            Counter.builder("weir.ingest.dead.letter.failures")
                .description("Failed attempts to send a rejected record to the dead-letter topic")
                .tags(COLLECTION, collection)
                .register(registry)));
  }

  void rejected(String collection, String reason) {
    kept(Counter.builder("weir.ingest.rejected")
            .description("Rejected records")
            .tags(COLLECTION, collection, "reason", reason)
            .register(registry))
        .increment();
  }

  /** Registers a shard's distance from the end of its partition, in offsets. */
  public void lag(String collection, int partition, LongSupplier offsets) {
    kept(
        Gauge.builder("weir.ingest.lag", offsets::getAsLong)
            .description("Offsets between what is visible and the end of the partition")
            .tags(COLLECTION, collection, PARTITION, Integer.toString(partition))
            .register(registry));
  }

  /** Registers the bytes of records that were delivered and are not dealt with yet. */
  public void inFlightBytes(String collection, LongSupplier bytes) {
    kept(
        Gauge.builder("weir.ingest.in.flight", bytes::getAsLong)
            .description("Bytes of records that were polled and are not dealt with yet")
            .baseUnit("bytes")
            .tags(COLLECTION, collection)
            .register(registry));
  }

  /** Registers the number of shards that have stopped. */
  public void stoppedShards(String collection, LongSupplier shards) {
    kept(
        Gauge.builder("weir.ingest.stopped.shards", shards::getAsLong)
            .description("Shards that take in nothing more until an operator acts")
            .tags(COLLECTION, collection)
            .register(registry));
  }

  /** Registers the longest time from one poll to the next. */
  public void longestPollInterval(Supplier<Duration> longest) {
    kept(
        TimeGauge.builder(
                "weir.ingest.poll.interval.max",
                () -> longest.get().toNanos(),
                TimeUnit.NANOSECONDS)
            .description("Longest time from one poll to the next since the start")
            .register(registry));
  }

  @Override
  public void close() {
    registered.forEach(registry::remove);
    registered.clear();
  }

  private <M extends Meter> M kept(M meter) {
    registered.add(meter);
    return meter;
  }
}
