package io.weir.ingest.flow;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the rejected records of a collection by partition and reason, and logs the first of each
 * reason with its detail; the later ones are only counted.
 *
 * <p><b>Threads:</b> any.
 */
public final class RejectLog {
  private static final Logger LOG = LoggerFactory.getLogger(RejectLog.class);

  private final String collection;
  private final String disposal;
  private final IngestMetrics metrics;
  private final Map<Integer, Map<String, LongAdder>> counts = new ConcurrentHashMap<>();
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

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

  /** Rejected records since the start by partition, then by reason; none where there are none. */
  public Map<Integer, Map<String, Long>> counts() {
    Map<Integer, Map<String, Long>> sums = new TreeMap<>();
    counts.forEach((partition, reasons) -> {
      Map<String, Long> ofPartition = new TreeMap<>();
      reasons.forEach((reason, count) -> ofPartition.put(reason, count.sum()));
      sums.put(partition, ofPartition);
    });
    return sums;
  }

  /** Counts a record that was rejected and disposed of before; of it the log has told. */
  void countAgain(int partition, Rejection rejection) {
    String reason = rejection.reason();
    counts
        .computeIfAbsent(partition, _ -> new ConcurrentHashMap<>())
        .computeIfAbsent(reason, _ -> new LongAdder())
        .increment();
    metrics.rejected(collection, reason);
  }

  void count(int partition, long offset, Rejection rejection) {
    countAgain(partition, rejection);
    String reason = rejection.reason();
    if (logged.add(reason)) {
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
