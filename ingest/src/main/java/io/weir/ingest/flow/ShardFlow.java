package io.weir.ingest.flow;

import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.poll.RecordBatch;
import io.weir.storage.Shard;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
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
  final String name;
  final Shard shard;
  final RecordDecoder decoder;
  final Optional<DeadLetters> deadLetters;
  final RejectLog rejects;
  final Scheduler scheduler;
  final IngestMetrics.OfShard meters;

  private final Sinks.Empty<Void> stop = Sinks.empty();
  private volatile boolean stopped;
  private volatile Activity activity = new Activity.Running();

  /**
   * Ready to {@link #run}.
   *
   * @param collection name of the shard's collection, for meters and log
   * @param decoder used by this flow alone
   * @param deadLetters where rejected records go; empty if they are only counted
   * @param scheduler where the work runs; it can delay
   */
  public ShardFlow(
      String collection,
      Shard shard,
      RecordDecoder decoder,
      Optional<DeadLetters> deadLetters,
      RejectLog rejects,
      IngestMetrics metrics,
      Scheduler scheduler) {
    this.name = "collection " + collection + " partition " + shard.partition();
    this.shard = shard;
    this.decoder = decoder;
    this.deadLetters = deadLetters;
    this.rejects = rejects;
    this.scheduler = scheduler;
    this.meters = metrics.ofShard(collection, shard.partition());
  }

  /**
   * Applies the batches of the shard's partition. Call it once.
   *
   * <p><b>Demand:</b> one batch; the next is requested when the one before has been applied.
   *
   * <p><b>Errors:</b> those of {@code batches}, and whatever the shard throws. Nothing is applied
   * after an error, and the shard's position tells exactly what was applied before it.
   *
   * <p><b>Cancellation:</b> by {@link #stop}. The result then completes, the rest of the batch in
   * hand unapplied; the shard's position tells where that begins.
   */
  public Mono<Void> run(Flux<RecordBatch> batches) {
    return batches.takeUntilOther(stop.asMono()).concatMap(this::apply, 0).then();
  }

  /** What this flow is doing. */
  public Activity activity() {
    return activity;
  }

  /** Ends the flow after the record in hand, or out of its waiting. */
  public void stop() {
    stopped = true;
    stop.tryEmitEmpty();
  }

  boolean stopped() {
    return stopped;
  }

  void become(Activity now) {
    if (!activity.equals(now)) {
      activity = now;
    }
  }

  /** On the scheduler up to the first wait; when that is over, on the scheduler again. */
  private Mono<Void> apply(RecordBatch batch) {
    BatchRun run = new BatchRun(this, batch);
    return Mono.defer(() -> proceed(run))
        .subscribeOn(scheduler)
        .repeat(() -> !run.finished())
        .then();
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
