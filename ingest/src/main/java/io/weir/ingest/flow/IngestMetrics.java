package io.weir.ingest.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
  private static final Duration[] FRESHNESS_BOUNDS =
      Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000, 120_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

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
   * @param freshness time from the record's timestamp until it was visible
   * @param roomWait time spent waiting for room in the hot buffer
   * @param deadLetters rejected records that the dead-letter topic has acknowledged
   * @param deadLetterFailures attempts to reach the dead-letter topic that failed
   */
  record OfShard(
      Counter records,
      Counter bytes,
      Timer freshness,
      Timer roomWait,
      Counter deadLetters,
      Counter deadLetterFailures) {}

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
            Timer.builder("weir.ingest.freshness")
                .description(
                    "Time from a record's timestamp until it was visible; a sample of them")
                .tags(COLLECTION, collection)
                .serviceLevelObjectives(FRESHNESS_BOUNDS)
                .register(registry)),
        kept(
            Timer.builder("weir.ingest.room.wait")
                .description("Time that shards spent waiting for room in the hot buffer")
                .tags(COLLECTION, collection)
                .register(registry)),
        kept(
            Counter.builder("weir.ingest.dead.letters")
                .description("Rejected records that the dead-letter topic has acknowledged")
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

  /** What counts that something in a payload was no value of a declared field. */
  Counter misfits(String collection, String field, String reason) {
    return kept(
        Counter.builder("weir.ingest.field.misfits")
            .description("What stood under a declared field's name and was no value of its type")
            .tags(COLLECTION, collection, "field", field, "reason", reason)
            .register(registry));
  }

  /** Counts that a shard got into trouble of a kind. */
  public void trouble(String collection, String reason) {
    kept(Counter.builder("weir.ingest.troubles")
            .description("Times that a shard stopped or could not go on")
            .tags(COLLECTION, collection, "reason", reason)
            .register(registry))
        .increment();
  }

  /** Figures of one shard, to be asked for at any time. */
  public interface ShardSource {
    /** Offsets between what is visible and the end of the partition. */
    long lag();

    /** How old the oldest record can be that is not visible, in milliseconds; -1: not known. */
    long timeLagMillis();

    /** Offsets between the log's beginning and what is read next: what is left of retention. */
    long retainedOffsets();

    /** Offsets that open transactions keep from being read. */
    long uncommittedOffsets();

    /** Whether something is wrong. */
    boolean inTrouble();
  }

  /** Takes out all meters of a shard, so that those of another run of it can come. */
  public void forgetShard(String collection, int partition) {
    String number = Integer.toString(partition);
    List<Meter> ofShard =
        registered.stream()
            .filter(meter ->
                collection.equals(meter.getId().getTag(COLLECTION))
                    && number.equals(meter.getId().getTag(PARTITION)))
            .toList();
    ofShard.forEach(registry::remove);
    ofShard.forEach(registered::remove);
  }

  /** Registers the figures of a shard. */
  public void shard(String collection, int partition, ShardSource shard) {
    gauge(
        "weir.ingest.lag",
        "Offsets between what is visible and the end of the partition",
        collection,
        partition,
        shard::lag);
    kept(
        TimeGauge.builder("weir.ingest.time.lag", shard::timeLagMillis, TimeUnit.MILLISECONDS)
            .description("How old the oldest record can be that is not visible; below 0: not known")
            .tags(COLLECTION, collection, PARTITION, Integer.toString(partition))
            .register(registry));
    gauge(
        "weir.ingest.retained",
        "Offsets between the log's beginning and what is read next; near 0, records may be lost",
        collection,
        partition,
        shard::retainedOffsets);
    gauge(
        "weir.ingest.uncommitted",
        "Offsets of open transactions, which keep what is behind them from being read",
        collection,
        partition,
        shard::uncommittedOffsets);
    gauge(
        "weir.ingest.trouble",
        "1 where something is wrong with the shard's feed; /v1/stats says what",
        collection,
        partition,
        () -> shard.inTrouble() ? 1 : 0);
  }

  private void gauge(
      String name, String description, String collection, int partition, LongSupplier value) {
    kept(
        Gauge.builder(name, value::getAsLong)
            .description(description)
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

  /** Counts an attempt to commit a group's offsets that has failed. */
  public void offsetCommitFailed() {
    kept(Counter.builder("weir.ingest.offset.commit.failures")
            .description("Failed attempts to tell the consumer group what is durable")
            .register(registry))
        .increment();
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
