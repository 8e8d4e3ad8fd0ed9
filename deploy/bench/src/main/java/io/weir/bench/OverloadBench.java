package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.TopicWriter;
import io.weir.bench.feed.WeirProcess;
import io.weir.bench.feed.WeirSettings;
import io.weir.bench.http.Answered;
import io.weir.bench.http.HttpLoad;
import io.weir.bench.http.Offered;
import io.weir.bench.http.Requests;
import io.weir.bench.report.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A Weir that is asked four times as much as it can answer, beside the same Weir that is asked just
 * as much; in turns. Meanwhile somebody asks whether it lives. Nothing feeds it.
 */
final class OverloadBench implements FedBench<OverloadBench.Scale> {
  private static final String TOPIC = "overload";
  private static final double TIMES_CAPACITY = 4;

  /** As many as are searched for at once, and as many that wait: no thread is ever idle. */
  private static final int CLIENTS = 2 * Runtime.getRuntime().availableProcessors();

  /** More than are ever answered late at once: what is offered does not wait for a connection. */
  private static final int CONNECTIONS = 512;

  private static final int K = 10;
  private static final int QUERIES = 256;
  private static final double TAIL = 99;
  private static final long HEALTH_PAUSE_MILLIS = 5;

  /**
   * How much is done.
   *
   * @param rows that are searched
   * @param phase how long it is asked, at capacity and beyond, in each round
   * @param rounds how many, of which {@code warmUp} do not count
   */
  record Scale(int rows, Duration phase, int rounds, int warmUp) {}

  @Override
  public String name() {
    return TOPIC;
  }

  @Override
  public String description() {
    return "searches that are answered when four times too many come, and whether it still lives";
  }

  @Override
  public Scale scale(Setting setting) {
    return setting.quick()
        ? new Scale(2_500, Duration.ofSeconds(2), 3, 1)
        : new Scale(50_000, Duration.ofSeconds(15), 6, 1);
  }

  @Override
  public Figures run(Setting setting, BrokerProcess broker, Scale scale) throws Exception {
    broker.createTopic(TOPIC);
    Path settings =
        WeirSettings.write(
            setting.directory().resolve("weir"), broker.bootstrapServers(), TOPIC, Rows.DIMENSION);
    try (WeirProcess weir = WeirProcess.start(settings);
        TopicWriter writer =
            new TopicWriter(broker.bootstrapServers(), TOPIC, OverwrittenKeys.LINGER_MILLIS)) {
      OverwrittenKeys rows = new OverwrittenKeys(writer, scale.rows);
      rows.sendEachOnce();
      rows.awaitApplied(weir);
      return rounds(setting, scale, weir.port());
    }
  }

  private static Figures rounds(Setting setting, Scale scale, int port) throws Exception {
    Requests requests = new Requests(WeirSettings.COLLECTION);
    Rows asked = new Rows(17);
    List<byte[]> searches =
        IntStream.range(0, QUERIES).mapToObj(i -> requests.search(asked.vector(i), K)).toList();
    IntFunction<byte[]> search = i -> searches.get(i % QUERIES);
    long nanos = scale.phase.toNanos();
    Rounds rates = new Rounds(scale.warmUp);
    Rounds tails = new Rounds(scale.warmUp);
    double worstHealth = 0;
    setting.progress().begin("ask as much as it can answer, and four times as much", scale.rounds);
    for (int round = 0; round < scale.rounds; round++) {
      Answered capacity = capacity(port, search, nanos);
      AtomicBoolean goesOn = new AtomicBoolean(true);
      Offered offered;
      double slowest;
      // Connections of this phase only: the server closes those that are idle as long as one takes.
      try (HttpLoad many = HttpLoad.open(port, CONNECTIONS);
          HttpLoad health = HttpLoad.open(port, 1);
          ExecutorService watch = Executors.newSingleThreadExecutor()) {
        Future<Double> answers = watch.submit(() -> slowest(health, goesOn));
        try {
          offered = many.offer(search, TIMES_CAPACITY * capacity.perSecond(), nanos);
        } finally {
          goesOn.set(false);
        }
        slowest = answers.get();
      }
      rates.begin();
      rates.add("capacity", capacity.perSecond());
      rates.add("offered", offered.perSecond());
      rates.add("accepted", offered.accepted().perSecond());
      rates.add("rejected_share", offered.rejectedShare());
      tails.begin();
      tails.add("capacity", capacity.percentile(TAIL));
      tails.add("accepted", offered.accepted().percentile(TAIL));
      if (round >= scale.warmUp) {
        worstHealth = Math.max(worstHealth, slowest);
      }
      tails.add("slowest_health", slowest);
      setting.progress().reach(round + 1);
    }
    return figures(rates, tails, worstHealth);
  }

  private static Answered capacity(int port, IntFunction<byte[]> search, long nanos)
      throws IOException {
    try (HttpLoad few = HttpLoad.open(port, CLIENTS)) {
      return few.run(search, 0, nanos);
    }
  }

  private static Figures figures(Rounds rates, Rounds tails, double worstHealth) {
    Figures figures = rates.figures("");
    tails.figures("_ms").cases().forEach(figures::addCase);
    figures.add("accepted_p99_ratio", tails.medianRatio("accepted", "capacity"), "<= 2");
    figures.add("health_ms_max", worstHealth, "<= 100");
    figures.add("capacity_per_s", rates.median("capacity"));
    figures.add("offered_per_s", rates.median("offered"));
    figures.add("accepted_per_s", rates.median("accepted"));
    figures.add("accepted_over_capacity", rates.medianRatio("accepted", "capacity"));
    figures.add("rejected_share", rates.median("rejected_share"));
    figures.add("capacity_p99_ms", tails.median("capacity"));
    figures.add("accepted_p99_ms", tails.median("accepted"));
    figures.addChart(rates.chart("Searches, four times too many offered", "a second", 1));
    figures.addChart(tails.chart("What 99 % do not take longer than; slowest /livez", "ms", 1));
    return figures;
  }

  /** Asks whether it lives, again and again; returns the milliseconds of the slowest answer. */
  private static double slowest(HttpLoad health, AtomicBoolean goesOn) throws Exception {
    List<Double> millis = new ArrayList<>();
    do {
      millis.add(health.ask(Requests.LIVE));
      Thread.sleep(HEALTH_PAUSE_MILLIS);
    } while (goesOn.get());
    return millis.stream().mapToDouble(each -> each).max().orElseThrow();
  }
}
