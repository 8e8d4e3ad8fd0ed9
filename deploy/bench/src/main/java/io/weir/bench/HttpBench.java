package io.weir.bench;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.ApiServer;
import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.bench.http.Answered;
import io.weir.bench.http.HttpLoad;
import io.weir.bench.http.Requests;
import io.weir.bench.report.Figures;
import io.weir.storage.query.KnnQuery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What HTTP adds to a search, and how many rows it gives by key; in one process, without a feed.
 */
final class HttpBench implements Bench {

  /** So few that a search is short beside what is asked for: what comes on top of it. */
  private static final int ROWS = 1_000;

  private static final int K = 10;
  private static final int QUERIES = 256;
  private static final int SEARCHES_A_ROUND = 2_000;
  private static final int CONNECTIONS = 64;
  private static final int GET_MILLIS = 3_000;
  private static final int REPETITIONS = 18;
  private static final int WARM_UP = 11;
  private static final double MEDIAN = 50;
  private static final double TAIL = 99;

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String description() {
    return "what JSON over HTTP adds to a search, and gets a second over 64 connections";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    Path directory = setting.directory().resolve("weir");
    try (OneShard shard = OneShard.open(directory, OneShard.OPTIONS)) {
      shard.append(new Rows(14), 0, ROWS, _ -> {});
      shard.checkpoint();
      PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      ApiSettings settings = ApiSettings.defaults().withAddress("127.0.0.1", 0);
      try (ApiServer server = ApiServer.start(settings, shard.store(), FeedStatus.none(), meters)) {
        Figures figures = overhead(setting, server, shard);
        gets(setting, server, figures);
        return figures;
      } finally {
        meters.close();
      }
    }
  }

  private static Figures overhead(Setting setting, ApiServer server, OneShard shard)
      throws Exception {
    Requests requests = new Requests(OneShard.COLLECTION);
    Rows asked = new Rows(15);
    List<byte[]> searches =
        IntStream.range(0, QUERIES).mapToObj(i -> requests.search(asked.vector(i), K)).toList();
    int repetitions = setting.repetitions(REPETITIONS);
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    setting.progress().begin("search over HTTP, and directly", repetitions);
    try (HttpLoad load = HttpLoad.open(server.port(), 1)) {
      for (int repetition = 0; repetition < repetitions; repetition++) {
        List<Double> http = new ArrayList<>();
        List<Double> direct = new ArrayList<>();
        for (int i = 0; i < setting.scaled(SEARCHES_A_ROUND); i++) {
          http.add(load.ask(searches.get(i % QUERIES)));
          long started = System.nanoTime();
          var _ = shard.collection().search(KnnQuery.nearest(asked.vector(i % QUERIES), K));
          direct.add((System.nanoTime() - started) / 1e6);
        }
        rounds.begin();
        rounds.add("http", Figures.median(http));
        rounds.add("direct", Figures.median(direct));
        rounds.add("overhead", Figures.median(http) - Figures.median(direct));
        setting.progress().reach(repetition + 1);
      }
    }
    Figures figures = rounds.figures("_ms_p50");
    figures.add("overhead_ms_p50", rounds.median("overhead"), "<= 0.5");
    figures.add("http_ms_p50", rounds.median("http"));
    figures.add("direct_ms_p50", rounds.median("direct"));
    figures.addChart(rounds.chart("A search of " + ROWS + " x 768, k = " + K, "ms", 1));
    return figures;
  }

  private static void gets(Setting setting, ApiServer server, Figures figures) throws Exception {
    Requests requests = new Requests(OneShard.COLLECTION);
    List<byte[]> whole = gets(requests, true);
    List<byte[]> bare = gets(requests, false);
    int repetitions = setting.repetitions(REPETITIONS);
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    long nanos = TimeUnit.MILLISECONDS.toNanos(setting.scaled(GET_MILLIS));
    setting.progress().begin("get over " + CONNECTIONS + " connections", repetitions);
    try (HttpLoad load = HttpLoad.open(server.port(), CONNECTIONS)) {
      for (int repetition = 0; repetition < repetitions; repetition++) {
        Answered answered = load.run(i -> whole.get(i % ROWS), 0, nanos);
        rounds.begin();
        rounds.add("get_per_s", answered.perSecond());
        rounds.add("get_ms_p50", answered.percentile(MEDIAN));
        rounds.add("get_ms_p99", answered.percentile(TAIL));
        rounds.add(
            "get_without_vector_per_s", load.run(i -> bare.get(i % ROWS), 0, nanos).perSecond());
        setting.progress().reach(repetition + 1);
      }
    }
    rounds.figures("").cases().forEach(figures::addCase);
    figures.add("get_per_s", rounds.median("get_per_s"), ">= 20000");
    for (String name : List.of("get_without_vector_per_s", "get_ms_p50", "get_ms_p99")) {
      figures.add(name, rounds.median(name));
    }
  }

  private static List<byte[]> gets(Requests requests, boolean withVector) {
    return IntStream.range(0, ROWS).mapToObj(i -> requests.get(Rows.key(i), withVector)).toList();
  }
}
