package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.Pause;
import io.weir.bench.feed.TopicWriter;
import io.weir.bench.feed.WeirProcess;
import io.weir.bench.feed.WeirSettings;
import io.weir.bench.os.ProcessMemory;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import io.weir.bench.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Weir that is fed for a long time at four fifths of the most that it takes on this machine,
 * beside producer and broker. Keys are overwritten at random, so that compaction has work.
 */
final class SteadyBench implements FedBench<SteadyBench.Scale> {
  private static final String TOPIC = "steady";
  private static final double PART_OF_MOST = 0.8;

  /** The first tenth is what later memory is compared with: a minute of ten. */
  private static final int MEMORY_SAMPLES = 100;

  private static final int FIRST_MEMORY_SAMPLE = 10;

  /**
   * How much is done.
   *
   * @param keys different keys
   * @param most how long it is fed as fast as it takes records
   * @param steady how long it is fed at a part of that
   */
  record Scale(int keys, Duration most, Duration steady) {}

  @Override
  public String name() {
    return TOPIC;
  }

  @Override
  public String description() {
    return "pauses and memory of a Weir that is fed at 80 % of the most that it takes";
  }

  @Override
  public Scale scale(Setting setting) {
    return setting.quick()
        ? new Scale(10_000, Duration.ofSeconds(6), Duration.ofSeconds(30))
        : new Scale(200_000, Duration.ofSeconds(40), Duration.ofMinutes(10));
  }

  @Override
  public Figures run(Setting setting, BrokerProcess broker, Scale scale) throws Exception {
    Path directory = setting.directory();
    broker.createTopic(TOPIC, OverwrittenKeys.TOPIC_SETTINGS);
    Path settings =
        WeirSettings.write(
            directory.resolve("weir"), broker.bootstrapServers(), TOPIC, Rows.DIMENSION);
    try (WeirProcess weir = WeirProcess.start(settings);
        TopicWriter writer =
            new TopicWriter(broker.bootstrapServers(), TOPIC, OverwrittenKeys.LINGER_MILLIS)) {
      OverwrittenKeys load = new OverwrittenKeys(writer, scale.keys);
      setting.progress().begin("the most that it takes", 1);
      double most = load.mostASecond(weir, scale.most);
      setting.progress().reach(1);
      return steady(
          weir, writer, load, most, scale.steady, directory.resolve("pauses"), setting.progress());
    }
  }

  /** Memory of the process at a time. */
  private record Memory(double seconds, long residentBytes, long anonymousBytes) {
    static Memory of(WeirProcess weir, long started) throws IOException {
      return new Memory(
          (System.nanoTime() - started) / 1e9,
          ProcessMemory.residentBytes(weir.pid()),
          ProcessMemory.anonymousBytes(weir.pid()));
    }
  }

  private static Figures steady(
      WeirProcess weir,
      TopicWriter writer,
      OverwrittenKeys load,
      double most,
      Duration time,
      Path file,
      Progress progress)
      throws Exception {
    progress.begin("feed it steadily", MEMORY_SAMPLES);
    List<Memory> memory = new ArrayList<>();
    AtomicBoolean goesOn = new AtomicBoolean(true);
    long sentBefore = load.sent();
    weir.watch();
    long started = System.nanoTime();
    Thread thread = load.start(PART_OF_MOST * most, goesOn);
    try {
      for (int sample = 1; sample <= MEMORY_SAMPLES; sample++) {
        long due = started + time.toNanos() / MEMORY_SAMPLES * sample;
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        memory.add(Memory.of(weir, started));
        progress.reach(sample);
      }
    } finally {
      goesOn.set(false);
      thread.join();
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    double lag = load.sent() - weir.applied();
    writer.flush();
    List<Pause> pauses = weir.pauses(file);
    Figures figures = new Figures();
    figures.add("max_pause_ms", load.acknowledged().longest(pauses) / 1e6, "<= 100");
    Memory early = memory.get(FIRST_MEMORY_SAMPLE - 1);
    Memory late = memory.getLast();
    figures.add("rss_growth_ratio", (double) late.residentBytes / early.residentBytes, "<= 1.05");
    figures.add("rss_anon_growth_ratio", (double) late.anonymousBytes / early.anonymousBytes);
    figures.add("rss_bytes", (double) late.residentBytes);
    WeirProcess.Heap heap = weir.heap();
    figures.add("heap_peak_bytes", (double) heap.peakBytes(), "<= 268435456");
    figures.add("heap_live_peak_bytes", (double) heap.livePeakBytes());
    figures.add("most_records_per_s", most);
    figures.add("records_per_s", (load.sent() - sentBefore) / seconds);
    figures.add("lag_at_end_records", lag);
    addMemory(memory, figures);
    return figures;
  }

  private static void addMemory(List<Memory> memory, Figures figures) {
    Chart chart = new Chart("Memory of a Weir that is fed steadily", "second", "MB");
    for (int sample = FIRST_MEMORY_SAMPLE; sample <= memory.size(); sample += 10) {
      Memory then = memory.get(sample - 1);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("second", then.seconds);
      row.put("rss_bytes", then.residentBytes);
      row.put("rss_anon_bytes", then.anonymousBytes);
      figures.addCase(row);
      String second = String.valueOf(Math.round(then.seconds));
      chart.bar("VmRSS", second, then.residentBytes / 1e6);
      chart.bar("RssAnon", second, then.anonymousBytes / 1e6);
    }
    figures.addChart(chart);
  }
}
