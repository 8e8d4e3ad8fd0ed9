package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.SearchClient;
import io.weir.bench.feed.TopicWriter;
import io.weir.bench.feed.WeirProcess;
import io.weir.bench.feed.WeirSettings;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import io.weir.bench.report.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * How long after it was sent a record is found. While others are sent, now and then one with a key
 * of its own: the same search is made for it over HTTP, again and again, until it is the answer.
 */
final class FreshnessBench implements FedBench<FreshnessBench.Scale> {
  private static final String TOPIC = "freshness";
  private static final int RECORDS_A_SECOND = 1_000;

  /** Few, so that a search takes less than what is measured; checkpoints and compaction run. */
  private static final int KEYS = 1_000;

  private static final int PROBES_A_SECOND = 30;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * How much is done.
   *
   * @param probes records that are searched for
   * @param warmUp probes before these
   */
  record Scale(int probes, int warmUp) {}

  @Override
  public String name() {
    return TOPIC;
  }

  @Override
  public String description() {
    return "from sending a record to the first search that returns it, 1,000 records a second";
  }

  @Override
  public Scale scale(Setting setting) {
    return new Scale(setting.scaled(2_400), setting.scaled(8_000));
  }

  /**
   * One record that was searched for.
   *
   * @param millis from before it was sent until after the search that found it
   * @param searches how many it took
   */
  private record Probe(double millis, int searches) {}

  @Override
  public Figures run(Setting setting, BrokerProcess broker, Scale scale) throws Exception {
    Path directory = setting.directory();
    List<Probe> probes = new ArrayList<>();
    broker.createTopic(TOPIC);
    Path settings =
        WeirSettings.write(
            directory.resolve("weir"), broker.bootstrapServers(), TOPIC, Rows.DIMENSION);
    try (WeirProcess weir = WeirProcess.start(settings);
        TopicWriter writer = new TopicWriter(broker.bootstrapServers(), TOPIC, 0);
        SearchClient client = new SearchClient(weir.port())) {
      AtomicBoolean goesOn = new AtomicBoolean(true);
      Thread load = Thread.ofPlatform().name("bench-load").start(() -> load(writer, goesOn));
      try {
        probe(scale, writer, client, setting.progress(), probes);
      } finally {
        goesOn.set(false);
        load.join();
      }
      writer.flush();
    }
    return figures(probes.subList(scale.warmUp, probes.size()));
  }

  /** The same keys again and again. */
  private static void load(TopicWriter writer, AtomicBoolean goesOn) {
    Rows rows = new Rows(10, 0);
    int[] number = {0};
    Pace.run(
        RECORDS_A_SECOND,
        goesOn::get,
        () -> {
          int key = number[0]++ % KEYS;
          writer.send(key % BrokerProcess.PARTITIONS, Rows.keyBytes(key), rows.float32(number[0]));
        });
  }

  private static void probe(
      Scale scale, TopicWriter writer, SearchClient client, Progress progress, List<Probe> probes)
      throws Exception {
    int all = scale.warmUp + scale.probes;
    Rows rows = new Rows(11, 0);
    progress.begin("send and search " + all + " records", all);
    long started = System.nanoTime();
    for (int number = 0; number < all; number++) {
      if (number == scale.warmUp) {
        started = System.nanoTime();
      }
      if (number >= scale.warmUp) {
        long due =
            started + (number - scale.warmUp) * (TimeUnit.SECONDS.toNanos(1) / PROBES_A_SECOND);
        LockSupport.parkNanos(due - System.nanoTime());
      }
      probes.add(probe(KEYS + number, rows, writer, client));
      progress.reach(number + 1);
    }
  }

  private static Probe probe(int number, Rows rows, TopicWriter writer, SearchClient client)
      throws Exception {
    int partition = number % BrokerProcess.PARTITIONS;
    byte[] nearest = client.nearest(rows.vector(number));
    byte[] key = Rows.keyBytes(number);
    byte[] value = rows.float32(number);
    String text = Rows.key(number);
    long sent = System.nanoTime();
    writer.send(partition, key, value);
    int searches = 1;
    while (!client.finds(nearest, text)) {
      if (System.nanoTime() - sent > LIMIT_NANOS) {
        throw new IllegalStateException(text + " is not found");
      }
      searches++;
    }
    double millis = (System.nanoTime() - sent) / 1e6;
    // Gone before another probe has the same vector.
    writer.send(partition, key, null);
    return new Probe(millis, searches);
  }

  private static Figures figures(List<Probe> probes) {
    Figures figures = new Figures();
    List<Double> millis = probes.stream().map(Probe::millis).sorted().toList();
    double searches = probes.stream().mapToDouble(Probe::searches).sum();
    figures.add("p50_ms", percentile(millis, 50), "<= 5");
    figures.add("p99_ms", percentile(millis, 99), "<= 25");
    figures.add("max_ms", millis.getLast());
    // Searches follow each other without a pause: what is measured is so much too long at most.
    figures.add("search_ms", millis.stream().mapToDouble(each -> each).sum() / searches);
    figures.add("samples", probes.size());
    Chart chart = new Chart("From send to first search that returns it", "percentile", "ms");
    for (int percent : new int[] {1, 10, 25, 50, 75, 90, 95, 99, 100}) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("percentile", percent);
      row.put("ms", percentile(millis, percent));
      figures.addCase(row);
      chart.bar("1,000 records/s", String.valueOf(percent), percentile(millis, percent));
    }
    chart.limit("p50: 5 ms", 5);
    chart.limit("p99: 25 ms", 25);
    figures.addChart(chart);
    return figures;
  }

  /** The smallest value that so many percent of all are not above. */
  private static double percentile(List<Double> sorted, int percent) {
    int rank = (int) Math.ceil(sorted.size() * percent / 100.0);
    return sorted.get(Math.max(0, rank - 1));
  }
}
