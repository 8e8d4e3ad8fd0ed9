package io.weir.api.http;

import reactor.core.publisher.Mono;

/** Answers the requests of one route. */
@FunctionalInterface
public interface Handler {

  /**
   * Answers a request.
   *
   * <p><b>Threads:</b> called on an event loop: must not wait; waiting work belongs on a {@link
   * io.weir.api.work.WorkerPool}.
   *
   * <p><b>Errors:</b> a {@link ProblemException}, thrown or signalled, is answered as it says; so
   * are the store's exceptions. Everything else becomes a 500 and is logged.
   *
   * <p><b>Cancellation:</b> comes when the client is gone.
   */
  Mono<Answer> handle(Request request);
}
