package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.TopicWriter;
import io.weir.bench.feed.WeirProcess;
import io.weir.bench.feed.WeirSettings;
import io.weir.bench.http.Answered;
import io.weir.bench.http.HttpLoad;
import io.weir.bench.http.Requests;
import io.weir.bench.report.Figures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * Searches of a Weir that is fed at half of the most that it takes, beside searches of the same
 * Weir while nothing comes; in turns. Broker, producer, Weir and those who search share the
 * machine.
 */
final class MixedBench implements FedBench<MixedBench.Scale> {
  private static final String TOPIC = "mixed";
  private static final double PART_OF_MOST = 0.5;
  private static final int CLIENTS = 4;
  private static final int K = 10;
  private static final int QUERIES = 256;
  private static final double TAIL = 99;

  /**
   * How much is done.
   *
   * @param keys different keys, all there before the first search
   * @param most how long it is fed as fast as it takes records
   * @param phase how long it is searched, idle and fed, in each round
   * @param rounds how many, of which {@code warmUp} do not count
   */
  record Scale(int keys, Duration most, Duration phase, int rounds, int warmUp) {}

  @Override
  public String name() {
    return TOPIC;
  }

  @Override
  public String description() {
    return "search while a Weir is fed at half of the most that it takes, over search while idle";
  }

  @Override
  public Scale scale(Setting setting) {
    return setting.quick()
        ? new Scale(2_500, Duration.ofSeconds(6), Duration.ofSeconds(2), 3, 1)
        : new Scale(50_000, Duration.ofSeconds(30), Duration.ofSeconds(15), 6, 1);
  }

  @Override
  public Figures run(Setting setting, BrokerProcess broker, Scale scale) throws Exception {
    broker.createTopic(TOPIC, OverwrittenKeys.TOPIC_SETTINGS);
    Path settings =
        WeirSettings.write(
            setting.directory().resolve("weir"), broker.bootstrapServers(), TOPIC, Rows.DIMENSION);
    try (WeirProcess weir = WeirProcess.start(settings);
        TopicWriter writer =
            new TopicWriter(broker.bootstrapServers(), TOPIC, OverwrittenKeys.LINGER_MILLIS);
        HttpLoad clients = HttpLoad.open(weir.port(), CLIENTS)) {
      OverwrittenKeys load = new OverwrittenKeys(writer, scale.keys);
      setting.progress().begin("the most that it takes", 1);
      load.sendEachOnce();
      load.awaitApplied(weir);
      double most = load.mostASecond(weir, scale.most);
      setting.progress().reach(1);
      return rounds(setting, scale, weir, load, most, clients);
    }
  }

  private static Figures rounds(
      Setting setting,
      Scale scale,
      WeirProcess weir,
      OverwrittenKeys load,
      double most,
      HttpLoad clients)
      throws Exception {
    Requests requests = new Requests(WeirSettings.COLLECTION);
    Rows asked = new Rows(16);
    List<byte[]> searches =
        IntStream.range(0, QUERIES).mapToObj(i -> requests.search(asked.vector(i), K)).toList();
    Rounds rates = new Rounds(scale.warmUp);
    Rounds tails = new Rounds(scale.warmUp);
    List<Double> records = new ArrayList<>();
    setting.progress().begin("search while idle, and while fed", scale.rounds);
    for (int round = 0; round < scale.rounds; round++) {
      rates.begin();
      tails.begin();
      add(rates, tails, "idle", search(clients, searches, scale.phase));
      AtomicBoolean goesOn = new AtomicBoolean(true);
      long before = weir.applied();
      long started = System.nanoTime();
      Thread thread = load.start(PART_OF_MOST * most, goesOn);
      try {
        add(rates, tails, "fed", search(clients, searches, scale.phase));
        records.add((weir.applied() - before) / ((System.nanoTime() - started) / 1e9));
      } finally {
        goesOn.set(false);
        thread.join();
      }
      load.awaitApplied(weir);
      setting.progress().reach(round + 1);
    }
    Figures figures = rates.figures("_searches_per_s");
    tails.figures("_p99_ms").cases().forEach(figures::addCase);
    figures.add("p99_ratio", tails.medianRatio("fed", "idle"), "<= 2.0");
    figures.add("qps_ratio", rates.medianRatio("fed", "idle"), ">= 0.6");
    for (String when : List.of("idle", "fed")) {
      figures.add(when + "_p99_ms", tails.median(when));
      figures.add(when + "_searches_per_s", rates.median(when));
    }
    figures.add("records_per_s", Figures.median(records));
    figures.add("most_records_per_s", most);
    figures.addChart(rates.chart("Searches of " + CLIENTS + " clients", "searches a second", 1));
    figures.addChart(tails.chart("What 99 % of them do not take longer than", "ms", 1));
    return figures;
  }

  private static Answered search(HttpLoad clients, List<byte[]> searches, Duration phase)
      throws Exception {
    return clients.run(i -> searches.get(i % QUERIES), 0, phase.toNanos());
  }

  private static void add(Rounds rates, Rounds tails, String when, Answered answered) {
    rates.add(when, answered.perSecond());
    tails.add(when, answered.percentile(TAIL));
  }
}
