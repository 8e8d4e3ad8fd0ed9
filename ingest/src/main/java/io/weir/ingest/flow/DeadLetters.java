package io.weir.ingest.flow;

import io.weir.ingest.poll.RawRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Where the rejected records of a collection go, so that nothing is lost.
 *
 * <p><b>Threads:</b> any; the implementation does not block the caller.
 */
public interface DeadLetters {

  /**
   * Sends a record with its reason. Completes when it is safe there, fails when this attempt has
   * failed; the caller then sends again.
   */
  CompletableFuture<@Nullable Void> send(int partition, RawRecord rejected, Rejection rejection);
}
