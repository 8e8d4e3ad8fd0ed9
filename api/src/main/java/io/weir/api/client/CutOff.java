package io.weir.api.client;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ends a stream from outside. */
final class CutOff {

  private CutOff() {}

  /**
   * Cancels a stream, and fails in its place, when a failure comes.
   *
   * <p>{@code takeUntilOther} cancels for a value; for an error it would fail and leave the stream
   * as it is, and with it the connection.
   */
  static <T> Flux<T> when(Mono<WeirException> failure, Flux<T> stream) {
    return Flux.defer(() -> {
      AtomicReference<Optional<WeirException>> came = new AtomicReference<>(Optional.empty());
      return stream
          .takeUntilOther(failure.doOnNext(it -> came.set(Optional.of(it))))
          .concatWith(
              Mono.defer(() -> came.get().<Mono<T>>map(Mono::error).orElseGet(Mono::empty)));
    });
  }
}
