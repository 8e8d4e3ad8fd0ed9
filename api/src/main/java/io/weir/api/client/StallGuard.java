package io.weir.api.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Gives a stream of pieces up when one that was asked for does not come. Time in which nobody asks
 * does not count: a slow reader is no stalled server.
 *
 * <p><b>Demand:</b> of one piece at a time; that is what it is watched by.
 *
 * <p><b>Threads:</b> of one stream.
 */
final class StallGuard {

  private final Duration longest;
  private final Sinks.One<WeirException> stalled = Sinks.one();
  private final Disposable.Swap timer = Disposables.swap();
  private final Supplier<WeirException> failure;

  /**
   * Watches one stream.
   *
   * @param longest how long a piece that was asked for may take
   * @param failure made when one takes longer
   */
  StallGuard(Duration longest, Supplier<WeirException> failure) {
    this.longest = longest;
    this.failure = failure;
  }

  /** Looks at the pieces where they come from. */
  Flux<byte[]> watched(Flux<byte[]> pieces) {
    return pieces.doOnRequest(_ -> begin()).doOnNext(_ -> end()).doFinally(_ -> timer.dispose());
  }

  /** Cancels the exchange that the pieces come from, when it has stalled. */
  Flux<byte[]> limited(Flux<byte[]> exchange) {
    return CutOff.when(stalled.asMono(), exchange);
  }

  private void begin() {
    timer.update(
        Schedulers.parallel()
            .schedule(
                () -> stalled.tryEmitValue(failure.get()),
                longest.toNanos(),
                TimeUnit.NANOSECONDS));
  }

  private void end() {
    timer.update(Disposables.disposed());
  }
}
