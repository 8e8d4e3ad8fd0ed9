package io.weir.deploy.client;

import io.weir.api.client.WeirException;
import io.weir.api.client.WeirProblemException;
import io.weir.api.client.WeirUnavailableException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Waits for what a running Weir answers, and tells the user why it does not. */
public final class Answers {

  private Answers() {}

  /**
   * Waits for an answer that must be there.
   *
   * @throws ClientException if there is none, or one that says what was wrong
   */
  public static <T> T await(Mono<T> call) throws ClientException, InterruptedException {
    return awaitIfAny(call)
        .orElseThrow(() -> new IllegalStateException("the call ended without an answer"));
  }

  /**
   * Waits for an answer that may be that there is nothing.
   *
   * @throws ClientException if there is none, or one that says what was wrong
   */
  public static <T> Optional<T> awaitIfAny(Mono<T> call)
      throws ClientException, InterruptedException {
    CompletableFuture<@Nullable T> answer = call.toFuture();
    try {
      return Optional.ofNullable(answer.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WeirException failure) {
        throw new ClientException(explained(failure), failure);
      }
      throw new IllegalStateException("a call failed", e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private static String explained(WeirException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case WeirProblemException problem ->
          problem.server() + " refuses (" + problem.status() + "): " + problem.detail();
      case WeirUnavailableException unavailable ->
          switch (unavailable.reason()) {
            case NOT_CONNECTED -> message + "; is Weir running, and is this its --url?";
            case NOT_SECURED ->
                message + "; --trust says whom to trust, --certificate what to show";
            case CONNECTION_LOST, TOO_MANY_CALLS -> message;
          };
      default -> message;
    };
  }
}
