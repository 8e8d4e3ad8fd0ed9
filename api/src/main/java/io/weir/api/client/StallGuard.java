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
  private final Sinks.Empty<byte[]> stalled = Sinks.empty();
  private final Disposable.Swap timer = Disposables.swap();
  private final Supplier<WeirException> failure;

  private StallGuard(Duration longest, Supplier<WeirException> failure) {
    this.longest = longest;
    this.failure = failure;
  }

  static Flux<byte[]> watch(
      Flux<byte[]> pieces, Duration longest, Supplier<WeirException> failure) {
    StallGuard guard = new StallGuard(longest, failure);
    return pieces
        .doOnRequest(_ -> guard.begin())
        .doOnNext(_ -> guard.end())
        .doFinally(_ -> guard.timer.dispose())
        .takeUntilOther(guard.stalled.asMono());
  }

  private void begin() {
    timer.update(
        Schedulers.parallel()
            .schedule(
                () -> stalled.tryEmitError(failure.get()),
                longest.toNanos(),
                TimeUnit.NANOSECONDS));
  }

  private void end() {
    timer.update(Disposables.disposed());
  }
}
