package io.weir.deploy;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.api.ApiServer;
import io.weir.deploy.config.ByteCountFormat;
import io.weir.ingest.IngestService;
import io.weir.storage.StoreStats;
import io.weir.storage.VectorStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a running Weir down against the data's order, once.
 *
 * <p><b>Threads:</b> any; one does it, others wait.
 */
final class OrderlyStop {

  private static final Logger LOG = LoggerFactory.getLogger(OrderlyStop.class);

  /** For requests in flight, which end by themselves within their deadline. */
  private static final Duration API_LIMIT = Duration.ofSeconds(20);

  /** For the batches in hand. */
  private static final Duration INGEST_LIMIT = Duration.ofSeconds(5);

  /** Ingest has bounds of its own beyond its limit, in case a batch does not end. */
  private static final Duration INGEST_HARD_LIMIT = Duration.ofSeconds(20);

  private static final Duration CHECKPOINT_LIMIT = Duration.ofSeconds(30);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final VectorStore store;
  private final IngestService ingest;
  private final ApiServer api;
  private final MeterRegistry meters;
  private @Nullable StopReport report;

  OrderlyStop(VectorStore store, IngestService ingest, ApiServer api, MeterRegistry meters) {
    this.store = store;
    this.ingest = ingest;
    this.api = api;
    this.meters = meters;
  }

  synchronized StopReport run() {
    StopReport done = report;
    if (done == null) {
      done = stop();
      report = done;
    }
    return done;
  }

  private StopReport stop() {
    long started = System.nanoTime();
    LOG.info("stopping");
    api.announceStop();
    BoundedStep.run("ingest", INGEST_HARD_LIMIT, () -> ingest.stop(INGEST_LIMIT));
    boolean durable = BoundedStep.run("the last checkpoint", CHECKPOINT_LIMIT, this::checkpoint);
    BoundedStep.run("the HTTP server", API_LIMIT, api::stop);
    StoreStats stats = store.stats();
    BoundedStep.run("the store", CLOSE_LIMIT, store::close);
    meters.close();
    StopReport stopped =
        new StopReport(durable, stats, Duration.ofNanos(System.nanoTime() - started));
    tell(stopped);
    return stopped;
  }

  private void checkpoint() throws Exception {
    var written = store.checkpoint().get(CHECKPOINT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (!written.succeeded()) {
      throw new IllegalStateException("a shard could not be written; see above");
    }
  }

  private static void tell(StopReport stopped) {
    LOG.info(
        "stopped in {} ms: {} rows in {} collections, {} on the disk{}",
        stopped.took().toMillis(),
        stopped.liveRows(),
        stopped.stats().collections().size(),
        ByteCountFormat.show(stopped.diskBytes()),
        stopped.durable() ? "" : "; what is not there is read from Kafka on the next start");
  }
}
