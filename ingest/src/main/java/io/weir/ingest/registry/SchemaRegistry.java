package io.weir.ingest.registry;

import io.weir.ingest.decode.SchemaId;
import io.weir.ingest.decode.SchemaSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A registry whose answers are kept: a schema never changes under its id. That there is none is
 * kept for a while only.
 *
 * <p>An id that is asked for is fetched once, however many wait for it. After a failure it is left
 * alone for 1, 2, 4 ... 30 s; who asks in the meantime is told the error and waits for the end of
 * that.
 *
 * <p><b>Ownership:</b> owns its HTTP client. <b>Threads:</b> any; a fetch has a virtual thread of
 * its own.
 */
public final class SchemaRegistry implements SchemaSource.Registry, AutoCloseable {
  private static final Duration FIRST_RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY_DELAY = Duration.ofSeconds(30);
  private static final Duration UNKNOWN_KEPT = Duration.ofSeconds(30);
  private static final int MAX_LOOKUPS = 10_000;

  private final RegistryHttp http;
  private final Executor fetches;
  private final Duration firstRetryDelay;

  /** Guarded by this. */
  private final Map<SchemaId, Lookup> lookups =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SchemaId, Lookup> eldest) {
          return size() > MAX_LOOKUPS;
        }
      };

  /** Connects to nothing yet. */
  public SchemaRegistry(RegistrySettings settings) {
    this(settings, FIRST_RETRY_DELAY);
  }

  SchemaRegistry(RegistrySettings settings, Duration firstRetryDelay) {
    this.http = new RegistryHttp(settings);
    this.fetches =
        fetch -> {
          var _ = Thread.ofVirtual().name("weir-ingest-schema-registry").start(fetch);
        };
    this.firstRetryDelay = firstRetryDelay;
  }

  /** One id: answered, being fetched, or left alone after a failure. */
  private static final class Lookup {
    Optional<Answer> answer = Optional.empty();
    String error = "";
    @Nullable Duration retryDelay;

    /** Done when the answer is there or another fetch may begin. */
    CompletableFuture<@Nullable Void> next = CompletableFuture.completedFuture(null);
  }

  @Override
  public Answer find(SchemaId id) {
    CompletableFuture<@Nullable Void> fetched;
    Lookup lookup;
    synchronized (this) {
      lookup = lookups.computeIfAbsent(id, _ -> new Lookup());
      if (lookup.answer.isPresent()) {
        return lookup.answer.get();
      }
      if (!lookup.next.isDone()) {
        return new Answer.Unanswered(lookup.next, lookup.error);
      }
      fetched = new CompletableFuture<>();
      lookup.next = fetched;
      fetches.execute(() -> fetch(id, lookup, fetched));
      return new Answer.Unanswered(fetched, lookup.error);
    }
  }

  /** Ends what is under way; nobody who waits is told. */
  @Override
  public void close() {
    http.close();
  }

  private void fetch(SchemaId id, Lookup lookup, CompletableFuture<@Nullable Void> fetched) {
    try {
      Answer answer = http.fetch(id);
      synchronized (this) {
        lookup.answer = Optional.of(answer);
        if (answer instanceof Answer.Unknown) {
          forget(id, lookup);
        }
      }
    } catch (RegistryException e) {
      failed(lookup, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      failed(lookup, "interrupted");
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Whatever it is, who waits must hear of it.
      failed(lookup, e.toString());
    }
    fetched.complete(null);
  }

  private synchronized void failed(Lookup lookup, String error) {
    Duration delay = lookup.retryDelay == null ? firstRetryDelay : lookup.retryDelay;
    lookup.error = error;
    lookup.next =
        new CompletableFuture<@Nullable Void>()
            .completeOnTimeout(null, delay.toNanos(), TimeUnit.NANOSECONDS);
    Duration doubled = delay.multipliedBy(2);
    lookup.retryDelay = doubled.compareTo(LONGEST_RETRY_DELAY) > 0 ? LONGEST_RETRY_DELAY : doubled;
  }

  private void forget(SchemaId id, Lookup lookup) {
    var _ =
        new CompletableFuture<@Nullable Void>()
            .completeOnTimeout(null, UNKNOWN_KEPT.toNanos(), TimeUnit.NANOSECONDS)
            .thenRun(() -> {
              synchronized (this) {
                lookups.remove(id, lookup);
              }
            });
  }
}
