package io.weir.bench;

import io.weir.bench.os.ProcessMemory;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import io.weir.storage.query.KnnQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the hot buffer and the maps take of memory, as Weir says it and as the system does. */
final class MemoryBench implements Bench {
  private static final int ROWS = 100_000;
  private static final int REPETITIONS = 5;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String description() {
    return "bytes a vector in memory, 768 dimensions, 16-byte keys, and whether the figures are true";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    Figures figures = new Figures();
    int rows = setting.scaled(ROWS);
    hot(setting, rows, figures);
    mapped(setting, rows, figures);
    return figures;
  }

  private static void hot(Setting setting, int rows, Figures figures) throws Exception {
    int repetitions = setting.quick() ? 1 : REPETITIONS;
    Chart chart = new Chart("Hot buffer of " + rows + " vectors", "run", "bytes a vector");
    List<Double> bytes = new ArrayList<>();
    List<Double> systems = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    setting.progress().begin("hot buffers of " + rows + " rows", repetitions);
    for (int repetition = 0; repetition < repetitions; repetition++) {
      Path directory = Files.createDirectory(setting.directory().resolve("hot-" + repetition));
      HotProcess.Memory memory = HotProcess.measure(directory, rows);
      double reported = (double) memory.reportedBytes() / rows;
      double system = (double) memory.systemBytes() / rows;
      bytes.add(reported);
      systems.add(system);
      ratios.add(reported / system);
      figures.addCase(pair("hot", memory.reportedBytes(), memory.systemBytes()));
      chart.bar("Weir's figure", String.valueOf(repetition + 1), reported);
      chart.bar("growth of RssAnon", String.valueOf(repetition + 1), system);
      setting.progress().reach(repetition + 1);
    }
    figures.add("hot_bytes_per_vector", Figures.median(bytes), "<= 3200");
    figures.add("hot_rss_anon_per_vector", Figures.median(systems));
    figures.add("hot_reported_over_os", Figures.median(ratios), "0.99 .. 1.01");
    chart.limit("3200 bytes a vector", 3_200);
    figures.addChart(chart);
  }

  /**
   * Weir counts the pages of its maps that are in memory, the system those of them that this
   * process has touched: the two agree when every row has been read.
   */
  private static void mapped(Setting setting, int rows, Figures figures) throws Exception {
    Path directory = setting.directory().resolve("mapped");
    Rows source = new Rows(7);
    setting.progress().begin("maps of " + rows + " rows", rows);
    try (OneShard one = OneShard.open(directory, OneShard.OPTIONS)) {
      one.append(source, 0, rows, setting.progress()::reach);
      one.checkpoint();
    }
    Chart chart = new Chart("Maps of " + rows + " vectors", "after", "MB resident");
    try (OneShard one = OneShard.open(directory, OneShard.OPTIONS)) {
      resident(one, directory, "open", figures, chart);
      one.collection().search(KnnQuery.nearest(source.vector(0), 10));
      resident(one, directory, "search", figures, chart);
      for (int row = 0; row < rows; row++) {
        var _ = one.collection().get(Rows.key(row)).orElseThrow();
      }
      double ratio = resident(one, directory, "get of every row", figures, chart);
      figures.add("resident_reported_over_os", ratio, "0.98 .. 1.02");
    }
    figures.addChart(chart);
  }

  private static double resident(
      OneShard one, Path directory, String after, Figures figures, Chart chart) throws IOException {
    long reported = one.residentBytes();
    long system = ProcessMemory.mappedResidentBytes(directory, ".segment");
    figures.addCase(pair("maps after " + after, reported, system));
    chart.bar("Weir's figure", after, reported / 1e6);
    chart.bar("Rss in smaps", after, system / 1e6);
    return (double) reported / system;
  }

  private static Map<String, Object> pair(String what, long reported, long system) {
    Map<String, Object> pair = new LinkedHashMap<>();
    pair.put("what", what);
    pair.put("reported_bytes", reported);
    pair.put("system_bytes", system);
    return pair;
  }
}
