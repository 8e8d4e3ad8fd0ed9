package io.weir.ingest;

import io.weir.ingest.flow.Activity;
import io.weir.ingest.flow.ShardFlow;
import io.weir.ingest.poll.RecordBatch;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * One subscription of a shard to its partition, from a position until it ends for whatever reason.
 *
 * <p><b>Threads:</b> any.
 */
final class Reading {
  private final ShardFlow flow;
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  private Reading(ShardFlow flow) {
    this.flow = flow;
  }

  /**
   * Starts to read.
   *
   * @param failed is told of an error, once nothing more is applied
   */
  static Reading start(ShardFlow flow, Flux<RecordBatch> batches, Consumer<Throwable> failed) {
    Reading reading = new Reading(flow);
    flow.run(batches)
        .subscribe(
            _ -> {},
            error -> {
              reading.ended.complete(null);
              failed.accept(error);
            },
            () -> reading.ended.complete(null));
    return reading;
  }

  /** Ends it after the record in hand, or out of its waiting. */
  CompletableFuture<@Nullable Void> stop() {
    flow.stop();
    return ended;
  }

  /** Completes when nothing more is applied. */
  CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  Activity activity() {
    return flow.activity();
  }

  /** Bytes of records taken in since the start. */
  long takenBytes() {
    return flow.takenBytes();
  }

  /** Timestamp of the latest record that was taken in, in milliseconds; -1 for none. */
  long latestTimestampMillis() {
    return flow.latestTimestampMillis();
  }
}
