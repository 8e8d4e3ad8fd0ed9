package io.weir.ingest.flow;

import io.weir.ingest.poll.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A dead-letter topic that acknowledges, or fails, when it is told to. */
final class FakeDeadLetters implements DeadLetters {
  private final List<Attempt> attempts = new ArrayList<>();

  /** One call of {@code send}. */
  record Attempt(
      long offset, Rejection rejection, CompletableFuture<@Nullable Void> acknowledged) {}

  @Override
  public synchronized CompletableFuture<@Nullable Void> send(
      int partition, RawRecord rejected, Rejection rejection) {
    CompletableFuture<@Nullable Void> acknowledged = new CompletableFuture<>();
    attempts.add(new Attempt(rejected.offset(), rejection, acknowledged));
    return acknowledged;
  }

  synchronized List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  List<Long> offsets() {
    return attempts().stream().map(Attempt::offset).toList();
  }

  void acknowledge(int attempt) {
    attempts().get(attempt).acknowledged().complete(null);
  }

  void fail(int attempt, String why) {
    attempts().get(attempt).acknowledged().completeExceptionally(new IllegalStateException(why));
  }
}
