package io.weir.ingest.flow;

import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.poll.RawRecord;
import io.weir.ingest.poll.RecordBatch;
import io.weir.storage.Shard;
import io.weir.storage.field.DeclaredFields;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The one writer of a shard: applies its partition's batches one after the other, each record in
 * offset order.
 *
 * <p>Invariants: a record is offered again until the shard has room for it; the shard's position
 * passes a rejected record only when its dead letter has been acknowledged; after a batch the
 * position is the batch's {@code next}.
 *
 * <p><b>Threads:</b> work runs on the given scheduler and never blocks it; a flow that waits holds
 * no thread. {@link #activity} and {@link #stop} may be called from any thread.
 */
public final class ShardFlow {
  /** So many records of a batch, or twice as many, are looked at for their freshness. */
  private static final int FRESHNESS_SAMPLES = 16;

  /**
   * Batches that may be with this flow: what they hold is bounded by the credit, and this bounds
   * how many small ones there are. When three quarters have been applied, as many are asked for.
   */
  private static final int BATCHES_AHEAD = 16;

  /** How long what another reading is about to do is waited for before it is looked at again. */
  private static final Duration MOMENT = Duration.ofMillis(100);

  final String name;
  final Shard shard;
  final RecordDecoder decoder;
  final Optional<DeadLetters> deadLetters;
  final boolean stopsOnReject;
  final EarlierReading earlier;
  final RejectLog rejects;
  final Scheduler scheduler;
  final IngestMetrics.OfShard meters;
  final MisfitCount misfits;

  private final InstantSource clock;
  private final Sinks.Empty<Void> stop = Sinks.empty();
  private volatile boolean stopped;
  private final AtomicLong takenBytes = new AtomicLong();
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile long latestTimestampMillis = -1;
  private volatile Activity activity = new Activity.Running();

  /**
   * Ready to {@link #run}.
   *
   * @param collection name of the shard's collection, for meters and log
   * @param decoder used by this flow alone
   * @param deadLetters where rejected records go; empty if they are only counted
   * @param stopsOnReject whether the first of them ends the flow with a {@link
   *     RecordRejectedException}
   * @param earlier another reading of the same log, which disposes of rejected records, too
   * @param fields those of the shard's collection
   * @param scheduler where the work runs; it can delay
   * @param clock tells how fresh records are
   */
  public ShardFlow(
      String collection,
      Shard shard,
      RecordDecoder decoder,
      Optional<DeadLetters> deadLetters,
      boolean stopsOnReject,
      EarlierReading earlier,
      RejectLog rejects,
      DeclaredFields fields,
      IngestMetrics metrics,
      Scheduler scheduler,
      InstantSource clock) {
    this.name = "collection " + collection + " partition " + shard.partition();
    this.shard = shard;
    this.decoder = decoder;
    this.deadLetters = deadLetters;
    this.stopsOnReject = stopsOnReject;
    this.earlier = earlier;
    this.rejects = rejects;
    this.scheduler = scheduler;
    this.clock = clock;
    this.meters = metrics.ofShard(collection, shard.partition());
    this.misfits = new MisfitCount(collection, fields, metrics);
  }

  /**
   * Applies the batches of the shard's partition. Call it once.
   *
   * <p><b>Demand:</b> some batches, and more as they are applied, so that the partition is read
   * while a batch is applied. Each is released when it is applied or will not be.
   *
   * <p><b>Errors:</b> those of {@code batches}, when all that came before them has been applied,
   * and whatever the shard throws. Nothing is applied after an error, and the shard's position
   * tells exactly what was applied before it.
   *
   * <p><b>Cancellation:</b> by {@link #stop}. The result then completes, the rest of the batch in
   * hand and those behind it unapplied; the shard's position tells where that begins.
   */
  public Mono<Void> run(Flux<RecordBatch> batches) {
    return batches
        .takeUntilOther(stop.asMono())
        .concatMapDelayError(this::apply, BATCHES_AHEAD)
        .then(Mono.defer(this::outcome))
        .onErrorMap(error -> failure.orElse(error));
  }

  /** What this flow is doing. */
  public Activity activity() {
    return activity;
  }

  /** Bytes of keys, values and headers of the batches that were applied. */
  public long takenBytes() {
    return takenBytes.get();
  }

  /** Timestamp of the last record of the latest batch, in milliseconds; -1 for none. */
  public long latestTimestampMillis() {
    return latestTimestampMillis;
  }

  /** Ends the flow after the record in hand, or out of its waiting. */
  public void stop() {
    stopped = true;
    stop.tryEmitEmpty();
  }

  /** Tells that a batch is applied; one call after the other. */
  void applied(RecordBatch batch) {
    meters.records().increment(batch.records().size());
    meters.bytes().increment((double) batch.bytes());
    takenBytes.addAndGet(batch.bytes());
    if (!batch.records().isEmpty()) {
      latestTimestampMillis = batch.records().getLast().timestampMillis();
      recordFreshness(batch.records());
    }
  }

  /** A clock of milliseconds, as that of Kafka's timestamps is, and as it may be set back. */
  private void recordFreshness(List<RawRecord> records) {
    long now = clock.millis();
    int step = Math.max(1, records.size() / FRESHNESS_SAMPLES);
    for (int i = records.size() - 1; i >= 0; i -= step) {
      long sent = records.get(i).timestampMillis();
      if (sent >= 0) {
        meters.freshness().record(Math.max(0, now - sent), TimeUnit.MILLISECONDS);
      }
    }
  }

  boolean stopped() {
    return stopped;
  }

  /** Completes in a moment. */
  CompletionStage<?> inAMoment() {
    CompletableFuture<@Nullable Void> moment = new CompletableFuture<>();
    scheduler.schedule(() -> moment.complete(null), MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    return moment;
  }

  void become(Activity now) {
    if (!activity.equals(now)) {
      activity = now;
    }
  }

  /** On the scheduler up to the first wait; when that is over, on the scheduler again. */
  private Mono<Void> apply(RecordBatch batch) {
    if (stopped) {
      batch.release();
      return Mono.empty();
    }
    BatchRun run = new BatchRun(this, batch);
    return Mono.defer(() -> proceed(run))
        .subscribeOn(scheduler)
        .repeat(() -> !run.finished())
        .then()
        .doOnTerminate(batch::release)
        .onErrorResume(this::failed);
  }

  /** Stops: an error that ended the operator would take along, unreleased, what is queued in it. */
  private Mono<Void> failed(Throwable error) {
    failure = Optional.of(error);
    stop();
    return Mono.empty();
  }

  private Mono<Void> outcome() {
    return failure.<Mono<Void>>map(Mono::error).orElse(Mono.empty());
  }

  private Mono<Void> proceed(BatchRun run) {
    try {
      return run.proceed().map(this::completed).orElse(Mono.empty());
    } catch (VirtualMachineError e) {
      // Reactor lets these end the thread without a signal, and the shard would seem to run.
      return Mono.error(new IllegalStateException(name + ": " + e, e));
    }
  }

  /**
   * Completes when a stage does, or this flow is stopped. Not {@code Mono.fromCompletionStage}:
   * that would cancel the stage, which others wait for too.
   */
  private Mono<Void> completed(CompletionStage<?> stage) {
    Mono<Void> over = Mono.create(sink -> stage.whenComplete((result, failure) -> sink.success()));
    return Mono.firstWithSignal(over, stop.asMono());
  }
}
