package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.TopicWriter;
import io.weir.bench.feed.WeirProcess;
import io.weir.bench.feed.WeirSettings;
import io.weir.bench.http.Answered;
import io.weir.bench.http.EventStreams;
import io.weir.bench.http.Requests;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * How long after it was sent a record is told to those who watch for it. Each watcher has a vector
 * of its own; almost each record has the vector of one of them, and replaces a record that had
 * another's: one is told that a row has come, one that a row has gone.
 */
final class WatchBench implements FedBench<WatchBench.Scale> {
  private static final String TOPIC = "watch";
  private static final int RECORDS_A_SECOND = 1_000;

  /** A record is told long before the next of its key is sent. */
  private static final int KEYS = 10_000;

  /** What is near is equal; random vectors are far from each other. */
  private static final double THRESHOLD = 0.9;

  private static final int KEY_START = "key-".length();
  private static final List<Integer> PERCENTILES = List.of(1, 10, 25, 50, 75, 90, 95, 99, 100);

  /**
   * How much is done.
   *
   * @param watchers clients; at most as many as {@link Rows} has vectors
   * @param warmUp how long records are sent before those that count
   * @param counted how long those that count are
   */
  record Scale(int watchers, Duration warmUp, Duration counted) {}

  @Override
  public String name() {
    return TOPIC;
  }

  @Override
  public String description() {
    return "from sending a record to the event, 1,000 watchers, 1,000 records a second";
  }

  @Override
  public Scale scale(Setting setting) {
    return setting.quick()
        ? new Scale(1_000, Duration.ofSeconds(12), Duration.ofSeconds(4))
        : new Scale(1_000, Duration.ofMinutes(3), Duration.ofMinutes(1));
  }

  @Override
  public Figures run(Setting setting, BrokerProcess broker, Scale scale) throws Exception {
    broker.createTopic(TOPIC);
    Path settings =
        WeirSettings.write(
            setting.directory().resolve("weir"), broker.bootstrapServers(), TOPIC, Rows.DIMENSION);
    Rows rows = new Rows(17, 0);
    Requests requests = new Requests(WeirSettings.COLLECTION);
    List<byte[]> watches =
        IntStream.range(0, scale.watchers)
            .mapToObj(i -> requests.watch(rows.vector(i), THRESHOLD))
            .toList();
    try (WeirProcess weir = WeirProcess.start(settings);
        TopicWriter writer = new TopicWriter(broker.bootstrapServers(), TOPIC, 0);
        EventStreams streams = EventStreams.open(weir.port(), watches)) {
      AtomicBoolean goesOn = new AtomicBoolean(true);
      Load load = new Load(writer, rows);
      Thread thread = Thread.ofPlatform().name("bench-load").start(() -> load.run(goesOn));
      try {
        setting.progress().begin("watch " + scale.watchers + " at a time", 2);
        var _ = streams.run(until(scale.warmUp), load::sentNanos);
        setting.progress().reach(1);
        int before = load.count.get();
        Answered told = streams.run(until(scale.counted), load::sentNanos);
        int records = load.count.get() - before;
        setting.progress().reach(2);
        return figures(told, records / (scale.counted.toNanos() / 1e9));
      } finally {
        goesOn.set(false);
        thread.join();
      }
    }
  }

  private static BooleanSupplier until(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() < end;
  }

  /** Keys in turn, with vectors in turn: a key gets another vector each time. */
  private static final class Load {
    private final TopicWriter writer;
    private final Rows rows;
    private final AtomicLongArray sent = new AtomicLongArray(KEYS);
    private final AtomicInteger count = new AtomicInteger();

    Load(TopicWriter writer, Rows rows) {
      this.writer = writer;
      this.rows = rows;
    }

    void run(AtomicBoolean goesOn) {
      Pace.run(RECORDS_A_SECOND, goesOn::get, this::send);
      writer.flush();
    }

    private void send() {
      int number = count.getAndIncrement();
      int key = number % KEYS;
      sent.set(key, System.nanoTime());
      writer.send(key % BrokerProcess.PARTITIONS, Rows.keyBytes(key), rows.float32(number));
    }

    long sentNanos(String key) {
      return sent.get(Integer.parseInt(key.substring(KEY_START)));
    }
  }

  private static Figures figures(Answered told, double recordsASecond) {
    Figures figures = new Figures();
    figures.add("p50_ms", told.percentile(50));
    figures.add("p99_ms", told.percentile(99), "<= 50");
    figures.add("max_ms", told.percentile(100));
    figures.add("events_per_s", told.perSecond());
    figures.add("records_per_s", recordsASecond);
    Chart chart = new Chart("From send to event", "percentile", "ms");
    for (int percent : PERCENTILES) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("percentile", percent);
      row.put("ms", told.percentile(percent));
      figures.addCase(row);
      chart.bar("1,000 records/s", String.valueOf(percent), told.percentile(percent));
    }
    chart.limit("p99: 50 ms", 50);
    figures.addChart(chart);
    return figures;
  }
}
