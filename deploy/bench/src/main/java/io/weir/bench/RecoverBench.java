package io.weir.bench;

import io.weir.bench.os.Folders;
import io.weir.bench.peer.Peer;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import io.weir.storage.VectorStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** From opening a folder to the first answered get, for 100,000 and for 1,000,000 rows. */
final class RecoverBench implements Bench {
  private static final int REPETITIONS = 25;
  private static final int WARM_UP = 10;
  private static final long PEER_BUFFER_BYTES = 64L << 20;
  private static final Map<String, String> GOALS =
      Map.of("1e5", "", "1e6", "<= 50, and <= 1.5 x open_ms_1e5 or <= 10");

  @Override
  public String name() {
    return "recover";
  }

  @Override
  public String description() {
    return "open to first answered get, warm JVM, 768 dimensions, 100,000 and 1,000,000 rows";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    Figures figures = new Figures();
    Chart chart =
        new Chart(
            "Open to first answered get, warm JVM, 768 dimensions, files in page cache",
            "rows",
            "milliseconds (median)");
    measure(setting, "1e5", setting.scaled(100_000), figures, chart);
    measure(setting, "1e6", setting.scaled(1_000_000), figures, chart);
    figures.addChart(chart);
    return figures;
  }

  private static void measure(Setting setting, String size, int rows, Figures figures, Chart chart)
      throws Exception {
    Path directory = Files.createDirectory(setting.directory().resolve(size));
    Rows source = new Rows(4);
    setting.progress().begin("writing " + rows + " rows", rows);
    try (OneShard one = OneShard.open(directory.resolve("weir"), OneShard.OPTIONS)) {
      one.append(source, 0, rows, setting.progress()::reach);
      one.checkpoint();
    }
    for (Peer peer : setting.peers()) {
      setting.progress().begin("writing " + rows + " rows, " + peer.version(), rows);
      PeerFiles.write(peer, directory.resolve(peer.name()), source, rows, PEER_BUFFER_BYTES);
    }
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    int repetitions = setting.repetitions(REPETITIONS);
    setting.progress().begin("opening " + rows + " rows", repetitions);
    for (int repetition = 0; repetition < repetitions; repetition++) {
      int wanted = rows / 2 + repetition;
      rounds.begin();
      rounds.add("weir", openMillis(directory.resolve("weir"), wanted));
      for (Peer peer : setting.peers()) {
        rounds.add(peer.name(), peerMillis(peer, directory.resolve(peer.name()), wanted));
      }
      setting.progress().reach(repetition + 1);
    }
    rounds.figures("_open_ms_" + size).cases().forEach(figures::addCase);
    figures.add("open_ms_" + size, rounds.median("weir"), GOALS.getOrDefault(size, ""));
    chart.bar("weir", size, rounds.median("weir"));
    for (Peer peer : setting.peers()) {
      figures.add(peer.name() + "_open_ms_" + size, rounds.median(peer.name()));
      chart.bar(peer.name(), size, rounds.median(peer.name()));
    }
    Folders.delete(directory);
  }

  private static double openMillis(Path directory, int wanted) throws Exception {
    String key = Rows.key(wanted);
    long started = System.nanoTime();
    try (VectorStore store = VectorStore.open(directory, OneShard.OPTIONS)) {
      long offset =
          store.collection(OneShard.COLLECTION).orElseThrow().get(key).orElseThrow().offset();
      double millis = (System.nanoTime() - started) / 1e6;
      if (offset != wanted) {
        throw new IllegalStateException("offset " + offset + " under " + key);
      }
      return millis;
    }
  }

  private static double peerMillis(Peer peer, Path directory, int wanted) throws Exception {
    byte[] key = Rows.keyBytes(wanted);
    long started = System.nanoTime();
    try (Peer.Reader reader = peer.open(directory)) {
      reader.get(key);
      return (System.nanoTime() - started) / 1e6;
    }
  }
}
