package io.weir.bench;

import io.weir.bench.report.Figures;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.record.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Exact top 10 over mapped rows: on one thread and on all, beside a loop that only reads and adds
 * them up; and many searches at once, beside as many one after the other.
 */
final class ScanBench implements Bench {
  private static final int ROWS = 1_000_000;
  private static final int K = 10;
  private static final long SEED = 3;
  private static final int REPETITIONS = 8;
  private static final int WARM_UP = 2;
  private static final int CLIENTS = 32;
  private static final int SEARCHES_OF_A_CLIENT = 3;
  private static final int SHARED_REPETITIONS = 4;
  private static final int SHARED_WARM_UP = 1;
  private static final int ALL_THREADS = Runtime.getRuntime().availableProcessors();

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String description() {
    return "exact top 10 over 1,000,000 x 768 in page cache, beside a read-and-sum loop";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    int rows = setting.scaled(ROWS);
    Rows source = new Rows(SEED);
    Path directory = setting.directory().resolve("weir");
    setting.progress().begin("writing " + rows + " rows", rows);
    try (OneShard one = open(directory, ALL_THREADS)) {
      one.append(source, 0, rows, setting.progress()::reach);
      one.checkpoint();
    }
    Figures figures = new Figures();
    measureOneThread(setting, directory, source, rows, figures);
    try (OneShard one = open(directory, ALL_THREADS)) {
      measureAllThreads(setting, directory, one.collection(), source, rows, figures);
      measureClients(setting, one.collection(), source, figures);
    }
    return figures;
  }

  private static OneShard open(Path directory, int threads) throws Exception {
    StoreOptions options = OneShard.OPTIONS.withScoringThreads(threads);
    return OneShard.open(directory, options, Metric.DOT);
  }

  private static void measureOneThread(
      Setting setting, Path directory, Rows source, int rows, Figures figures) throws Exception {
    int repetitions = setting.repetitions(REPETITIONS);
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    try (ScanPeers peers = ScanPeers.open(setting, source, SEED, rows, K);
        OneShard one = open(directory, 1);
        Arena arena = Arena.ofConfined()) {
      setting.progress().begin("one thread", repetitions);
      ReadLoop read = ReadLoop.over(directory, arena);
      for (int repetition = 0; repetition < repetitions; repetition++) {
        rounds.begin();
        rounds.add("weir", scanBytesPerSecond(one.collection(), source.vector(repetition)));
        rounds.add("read", read.bytesPerSecond(1));
        for (ScanPeers.Search peer : peers.searches()) {
          rounds.add(peer.name(), bytesPerSecond(rows, peer.nanos(repetition)));
        }
        setting.progress().reach(repetition + 1);
      }
      rounds.figures("_bytes_per_s_one").cases().forEach(figures::addCase);
      figures.add("bytes_per_s_one", rounds.median("weir"));
      figures.add("over_bandwidth_one", rounds.medianRatio("weir", "read"), ">= 0.80");
      for (ScanPeers.Search peer : peers.searches()) {
        figures.add("over_" + peer.name(), rounds.medianRatio("weir", peer.name()), peer.goal());
      }
    }
    figures.addChart(
        rounds.chart("Exact top 10 of " + rows + " x 768, one thread", "GB a second", 1e-9));
  }

  private static void measureAllThreads(
      Setting setting,
      Path directory,
      VectorCollection collection,
      Rows source,
      int rows,
      Figures figures)
      throws Exception {
    int repetitions = setting.repetitions(REPETITIONS);
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    setting.progress().begin(ALL_THREADS + " threads", repetitions);
    try (Arena arena = Arena.ofShared()) {
      ReadLoop read = ReadLoop.over(directory, arena);
      for (int repetition = 0; repetition < repetitions; repetition++) {
        rounds.begin();
        rounds.add("weir", scanBytesPerSecond(collection, source.vector(repetition)));
        rounds.add("read", read.bytesPerSecond(ALL_THREADS));
        setting.progress().reach(repetition + 1);
      }
    }
    rounds.figures("_bytes_per_s_all").cases().forEach(figures::addCase);
    figures.add("bytes_per_s_all", rounds.median("weir"));
    figures.add("over_bandwidth_all", rounds.medianRatio("weir", "read"), ">= 0.90");
    figures.addChart(
        rounds.chart(
            "Exact top 10 of " + rows + " x 768, " + ALL_THREADS + " threads",
            "GB a second",
            1e-9));
  }

  private static void measureClients(
      Setting setting, VectorCollection collection, Rows source, Figures figures) throws Exception {
    int repetitions = setting.repetitions(SHARED_REPETITIONS);
    Rounds rounds = new Rounds(setting.warmUp(SHARED_WARM_UP));
    setting.progress().begin(CLIENTS + " clients at once, and one", repetitions);
    for (int repetition = 0; repetition < repetitions; repetition++) {
      rounds.begin();
      rounds.add("at_once", searchesPerSecond(collection, source, CLIENTS));
      rounds.add("one_by_one", searchesPerSecond(collection, source, 1));
      setting.progress().reach(repetition + 1);
    }
    rounds.figures("_searches_per_s").cases().forEach(figures::addCase);
    figures.add("searches_per_s_32", rounds.median("at_once"));
    figures.add("shared_pass_32", rounds.medianRatio("at_once", "one_by_one"), ">= 6");
    figures.addChart(
        rounds.chart("Searches of 32 clients at once, and of one", "searches a second", 1));
  }

  /** Each client asks for a few, one after the other. */
  private static double searchesPerSecond(VectorCollection collection, Rows source, int clients)
      throws Exception {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            clients, Thread.ofPlatform().name("bench-client-", 0).factory())) {
      List<Future<?>> running = new ArrayList<>();
      long started = System.nanoTime();
      for (int client = 0; client < clients; client++) {
        int first = client * SEARCHES_OF_A_CLIENT;
        running.add(
            threads.submit(() -> {
              for (int i = first; i < first + SEARCHES_OF_A_CLIENT; i++) {
                search(collection, source.vector(i));
              }
              return null;
            }));
      }
      for (Future<?> client : running) {
        client.get();
      }
      return clients * SEARCHES_OF_A_CLIENT * 1e9 / (System.nanoTime() - started);
    }
  }

  private static SearchResult search(VectorCollection collection, float[] query) throws Exception {
    return collection.search(KnnQuery.nearest(query, K).withPayload(false));
  }

  private static double scanBytesPerSecond(VectorCollection collection, float[] query)
      throws Exception {
    long started = System.nanoTime();
    SearchResult result = search(collection, query);
    return bytesPerSecond(result.scannedRows(), System.nanoTime() - started);
  }

  private static double bytesPerSecond(long rows, long nanos) {
    return (double) rows * Rows.DIMENSION * Float.BYTES * 1e9 / nanos;
  }
}
