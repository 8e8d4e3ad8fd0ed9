package io.weir.api.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The attempts of one call: says whether there is another after a failure, and when.
 *
 * <p><b>Threads:</b> one attempt after the other; {@link #deadlinePassed} at any time.
 */
final class Attempts extends Retry {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final Retries retries;
  private final Duration deadline;
  private final boolean repeatable;
  private final boolean resumable;
  private volatile long startedNanos = System.nanoTime();
  private volatile @Nullable Throwable lastFailure;
  private volatile long failures;
  private volatile boolean answering;

  private Attempts(Retries retries, Duration deadline, boolean repeatable, boolean resumable) {
    this.retries = retries;
    this.deadline = deadline;
    this.repeatable = repeatable;
    this.resumable = resumable;
  }

  /**
   * Those of a call that ends with its answer.
   *
   * @param repeatable whether it may be sent again when nobody knows whether it was received
   */
  static Attempts of(Retries retries, Duration deadline, boolean repeatable) {
    return new Attempts(retries, deadline, repeatable, false);
  }

  /** Those of a call that goes on where its answer broke off; the deadline is of each attempt. */
  static Attempts resuming(Retries retries, Duration deadline) {
    return new Attempts(retries, deadline, true, true);
  }

  /** An attempt begins, of a call that goes on. */
  void asking() {
    answering = false;
    startedNanos = System.nanoTime();
  }

  /** The head of an answer is there: no deadline any more, and no other attempt but to go on. */
  void answering() {
    answering = true;
  }

  boolean isAnswering() {
    return answering;
  }

  /** The failure of a call that took too long. */
  WeirDeadlineException deadlinePassed(String server) {
    Throwable before = lastFailure;
    String tries =
        before == null
            ? ""
            : "; it was tried "
                + (failures + 1)
                + " times, the last failure was: "
                + before.getMessage();
    return new WeirDeadlineException(
        server + " did not answer within " + text(deadline) + tries, deadline, before);
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1_000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  @Override
  public Publisher<?> generateCompanion(Flux<RetrySignal> failed) {
    return failed.concatMap(signal -> pause(signal.failure(), signal.totalRetriesInARow()));
  }

  private Mono<Long> pause(Throwable failure, long before) {
    lastFailure = failure;
    failures = before + 1;
    boolean handedOn = answering && !resumable;
    if (handedOn || before >= retries.most() || !isWorthIt(failure)) {
      return Mono.error(failure);
    }
    Duration pause = pauseAfter(failure, before);
    if (resumable) {
      return Mono.delay(pause);
    }
    Duration left = deadline.minusNanos(System.nanoTime() - startedNanos);
    return pause.compareTo(left) >= 0 ? Mono.error(failure) : Mono.delay(pause);
  }

  private boolean isWorthIt(Throwable failure) {
    return switch (failure) {
      case WeirProblemException problem ->
          problem.status() == UNAVAILABLE || problem.status() == TOO_MANY_REQUESTS;
      case WeirUnavailableException unavailable ->
          switch (unavailable.reason()) {
            case NOT_CONNECTED -> true;
            case CONNECTION_LOST -> repeatable;
            case NOT_SECURED, TOO_MANY_CALLS -> false;
          };
      case WeirDeadlineException _ -> resumable;
      default -> false;
    };
  }

  private Duration pauseAfter(Throwable failure, long before) {
    Duration own = retries.pause(before, ThreadLocalRandom.current().nextDouble());
    if (failure instanceof WeirProblemException problem && problem.retryAfter().isPresent()) {
      // Not all of those that are told so at once.
      return problem.retryAfter().get().plus(own);
    }
    return own;
  }
}
