package io.weir.ingest.flow;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the rejected records of a collection by reason, and logs the first of each reason with its
 * detail; the later ones are only counted.
 *
 * <p><b>Threads:</b> any.
 */
public final class RejectLog {
  private static final Logger LOG = LoggerFactory.getLogger(RejectLog.class);

  private final String collection;
  private final String disposal;
  private final IngestMetrics metrics;
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  /**
   * Nothing counted yet.
   *
   * @param disposal what becomes of a rejected record, for the log
   */
  public RejectLog(String collection, String disposal, IngestMetrics metrics) {
    this.collection = collection;
    this.disposal = disposal;
    this.metrics = metrics;
  }

  /** Rejected records by reason since the start, in order of reason. */
  public Map<String, Long> counts() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }

  void count(int partition, long offset, Rejection rejection) {
    String reason = rejection.reason();
    LongAdder fresh = new LongAdder();
    LongAdder known = counts.putIfAbsent(reason, fresh);
    (known == null ? fresh : known).increment();
    metrics.rejected(collection, reason);
    if (known == null) {
      LOG.warn(
          "collection {}: record at partition {} offset {} rejected: {}: {}; {}; more of this"
              + " reason are only counted",
          collection,
          partition,
          offset,
          reason,
          rejection.detail(),
          disposal);
    }
  }
}
