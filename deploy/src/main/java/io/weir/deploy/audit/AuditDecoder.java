package io.weir.deploy.audit;

import io.weir.ingest.FeedDecoders;
import io.weir.ingest.decode.DecodeResult;
import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.poll.RawRecord;
import io.weir.ingest.registry.SchemaRegistry;
import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Decodes records as Weir does, with the same schemas: of a file, or of the registry, whose answers
 * it waits for.
 *
 * <p><b>Ownership:</b> owns its client of the registry.
 *
 * <p><b>Threads:</b> one.
 */
final class AuditDecoder implements Closeable {

  /** For a schema. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final RecordDecoder decoder;
  private final Optional<SchemaRegistry> registry;
  private final String where;
  private final Duration limit;

  /** Asks for nothing yet. */
  AuditDecoder(AuditRequest request, Duration limit) {
    this.limit = limit;
    this.where = request.schemaRegistry().map(settings -> " at " + settings.url()).orElse("");
    this.registry = request.schemaRegistry().map(SchemaRegistry::new);
    try {
      this.decoder = new FeedDecoders(request.feed(), registry).next();
    } catch (IllegalArgumentException e) {
      registry.ifPresent(SchemaRegistry::close);
      throw e;
    }
  }

  /**
   * Decodes a record. What is returned is never {@link DecodeResult.Waiting}.
   *
   * @throws AuditException if the registry has not given its schema in time
   */
  DecodeResult decode(RawRecord record) throws AuditException {
    long deadline = System.nanoTime() + limit.toNanos();
    DecodeResult result = decoder.decode(record);
    while (result instanceof DecodeResult.Waiting(CompletionStage<?> again, String error)) {
      await(again, error, deadline - System.nanoTime());
      result = decoder.decode(record);
    }
    return result;
  }

  private void await(CompletionStage<?> again, String error, long nanos) throws AuditException {
    try {
      var _ = again.toCompletableFuture().get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AuditException(
          "the schema registry"
              + where
              + " has not given a schema within "
              + limit.toSeconds()
              + " s: "
              + (error.isEmpty() ? "no answer" : error),
          e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the wait for a schema ends normally", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditException("interrupted while the schema registry was asked", e);
    }
  }

  @Override
  public void close() {
    registry.ifPresent(SchemaRegistry::close);
  }
}
