package io.weir.deploy.audit;

import io.weir.deploy.terminal.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Proves that a running store equals its topic, or says what differs.
 *
 * <ol>
 *   <li>The ends of the partitions are captured, and the topic is read up to them.
 *   <li>The store is waited for until it has applied as much.
 *   <li>Numbers of rows are compared, see {@link RowCount}.
 *   <li>Every key is asked for, live ones and deleted ones, and compared. An answer with a newer
 *       record than was read is passed over.
 *   <li>What differs is held against the records that came since: a key that has one is passed over
 *       too, for the store may have answered after it.
 * </ol>
 *
 * <p>Memory: see {@link ExpectedRows}.
 *
 * <p><b>Threads:</b> one, once.
 */
public final class Audit {

  private static final long PAUSE_MILLIS = 100;

  private final AuditRequest request;
  private final AuditDisplay display;
  private final AuditedStore store;
  private final TopicState topic;

  private Audit(AuditRequest request, AuditDisplay display, AuditedStore store, TopicState topic) {
    this.request = request;
    this.display = display;
    this.store = store;
    this.topic = topic;
  }

  /**
   * Runs an audit. Reads topic and store and changes neither.
   *
   * @throws AuditException if the topic, its schemas or the store cannot be read, or the store does
   *     not reach the captured end in time
   */
  public static AuditReport run(AuditRequest request, AuditDisplay display)
      throws AuditException, InterruptedException {
    try (AuditedStore store = new AuditedStore(request.server(), request.feed().collection());
        AuditDecoder decoder = new AuditDecoder(request, AuditDecoder.LIMIT);
        TopicScan scan = new TopicScan(request.kafka(), request.feed().topic())) {
      // First the store: if nobody is there, that is known without reading the topic.
      AuditedStore.Description described = store.describe();
      TopicState topic =
          new TopicState(scan, decoder, described.schema(), partitions(request, scan.partitions()));
      return new Audit(request, display, store, topic).run();
    }
  }

  private static List<Integer> partitions(AuditRequest request, List<Integer> all)
      throws AuditException {
    if (request.partitions().isEmpty()) {
      return all;
    }
    List<Integer> wanted = request.partitions().get().stream().sorted().toList();
    if (!all.containsAll(wanted)) {
      throw new AuditException(
          "topic "
              + request.feed().topic()
              + " has the partitions "
              + all
              + ", not all of "
              + wanted);
    }
    return wanted;
  }

  private AuditReport run() throws AuditException, InterruptedException {
    long started = System.nanoTime();
    SortedMap<Integer, Long> ends = topic.ends();
    readTo(ends);
    awaitApplied(ends);
    List<PartitionCount> counts;
    try (Progress progress = Progress.none()) {
      counts = new RowCount(topic, store).run(progress);
    }
    ExpectedRows rows = topic.rows();
    RowComparison comparison = new RowComparison(rows, topic.positions(), store);
    List<Suspect> suspects;
    try (Progress progress = display.begin("compare", "keys", rows.size())) {
      suspects = comparison.run(progress);
    }
    BitSet changed = suspects.isEmpty() ? new BitSet() : topic.changedSince();
    long dropped = suspects.stream().filter(one -> changed.get(one.entry())).count();
    suspects.removeIf(one -> changed.get(one.entry()));
    Map<Difference.Kind, Long> totals = totals(suspects, counts);
    Optional<DeadLetterCount> deadLetters =
        request.deadLetters()
            ? Optional.of(new DeadLetterScan(request, topic.rejected(), topic.positions()).run())
            : Optional.empty();
    long live = counts.stream().mapToLong(PartitionCount::expectedRows).sum();
    return new AuditReport(
        request.feed().collection(),
        request.feed().topic(),
        topic.records(),
        topic.rejected().size(),
        live,
        rows.size() - live,
        comparison.equalRows(),
        comparison.changedSince() + dropped,
        comparison.hidden(),
        counts,
        totals,
        differences(suspects, counts),
        deadLetters,
        Duration.ofNanos(System.nanoTime() - started));
  }

  private void readTo(SortedMap<Integer, Long> ends) throws AuditException {
    long offsets = 0;
    for (Map.Entry<Integer, Long> end : ends.entrySet()) {
      offsets += end.getValue() - topic.beginning(end.getKey());
    }
    try (Progress progress = display.begin("read", "records", offsets)) {
      topic.readTo(ends, progress);
    }
  }

  private void awaitApplied(SortedMap<Integer, Long> ends)
      throws AuditException, InterruptedException {
    long deadline = System.nanoTime() + request.catchUp().toNanos();
    while (true) {
      SortedMap<Integer, Long> applied = store.describe().applied();
      Optional<Integer> behind =
          ends.keySet().stream()
              .filter(partition -> end(ends, partition) > topic.beginning(partition))
              .filter(partition -> end(applied, partition) < end(ends, partition))
              .findFirst();
      if (behind.isEmpty()) {
        return;
      }
      if (System.nanoTime() - deadline > 0) {
        int partition = behind.get();
        throw new AuditException(
            "the store is behind: after "
                + request.catchUp().toSeconds()
                + " s it has applied partition "
                + partition
                + " to offset "
                + end(applied, partition)
                + " of "
                + end(ends, partition)
                + "; GET /v1/stats says why");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private static long end(Map<Integer, Long> ends, int partition) {
    return ends.getOrDefault(partition, 0L);
  }

  private static Map<Difference.Kind, Long> totals(
      List<Suspect> suspects, List<PartitionCount> counts) {
    Map<Difference.Kind, Long> totals = new EnumMap<>(Difference.Kind.class);
    for (Suspect suspect : suspects) {
      suspect.kinds().forEach(kind -> totals.merge(kind, 1L, Long::sum));
    }
    long wrongCounts = counts.stream().filter(PartitionCount::differs).count();
    if (wrongCounts > 0) {
      totals.put(Difference.Kind.ROW_COUNT, wrongCounts);
    }
    return totals;
  }

  private List<Difference> differences(List<Suspect> suspects, List<PartitionCount> counts)
      throws AuditException {
    List<Difference> told = new ArrayList<>();
    for (PartitionCount count : counts) {
      if (count.differs()) {
        told.add(
            new Difference(
                Difference.Kind.ROW_COUNT,
                "",
                count.partition(),
                -1,
                count.expectedRows() + " rows at offset " + count.position(),
                count.storeRows().getAsLong() + " rows"));
      }
    }
    suspects.sort(Comparator.comparingInt(Suspect::entry));
    for (Suspect suspect : suspects) {
      if (told.size() >= request.maxDifferences()) {
        break;
      }
      tell(suspect, told);
    }
    return told.subList(0, Math.min(told.size(), request.maxDifferences()));
  }

  private void tell(Suspect suspect, List<Difference> told) throws AuditException {
    ExpectedRows rows = topic.rows();
    int entry = suspect.entry();
    ExpectedContent content = rows.isLive(entry) ? topic.content(entry) : ExpectedContent.GONE;
    for (Difference.Kind kind : suspect.kinds()) {
      told.add(
          new Difference(
              kind,
              new String(rows.key(entry), StandardCharsets.UTF_8),
              rows.partition(entry),
              rows.offset(entry),
              DifferenceText.expected(kind, rows, suspect, content),
              DifferenceText.actual(kind, suspect, content)));
    }
  }
}
