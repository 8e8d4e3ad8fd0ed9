package io.weir.bench;

import io.weir.bench.os.Folders;
import io.weir.bench.os.PlainWrite;
import io.weir.bench.peer.Peer;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import io.weir.bench.report.Progress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checkpoint of many rows, beside a plain sequential write and fsync of as many bytes. */
final class CheckpointBench implements Bench {
  private static final int ROWS = 80_000;
  private static final int REPETITIONS = 10;
  private static final int WARM_UP = 3;
  private static final long PEER_BUFFER_BYTES = 1L << 30;

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public String description() {
    return "bytes made durable a second, beside a plain sequential write + fsync";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    int rows = setting.scaled(ROWS);
    Rows source = new Rows(2);
    double bytes = (double) rows * source.userBytes();
    int repetitions = setting.repetitions(REPETITIONS);
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    for (int repetition = 0; repetition < repetitions; repetition++) {
      setting.progress().begin("checkpoint " + (repetition + 1) + " of " + repetitions, rows);
      Path directory =
          Files.createDirectory(setting.directory().resolve("checkpoint-" + repetition));
      rounds.begin();
      rounds.add(
          "weir",
          bytes / checkpointSeconds(directory.resolve("weir"), source, rows, setting.progress()));
      rounds.add("plain", bytes / PlainWrite.seconds(directory.resolve("plain"), (long) bytes));
      for (Peer peer : setting.peers()) {
        Path folder = directory.resolve(peer.name());
        rounds.add(peer.name(), bytes / peerSeconds(peer, folder, source, rows));
      }
      Folders.delete(directory);
    }
    Figures figures = rounds.figures("_bytes_per_s");
    figures.add("bytes_per_s", rounds.median("weir"));
    figures.add("plain_bytes_per_s", rounds.median("plain"));
    figures.add("over_plain_write", rounds.medianRatio("weir", "plain"), ">= 0.85");
    for (Peer peer : setting.peers()) {
      figures.add(peer.name() + "_bytes_per_s", rounds.median(peer.name()));
    }
    Chart chart = rounds.chart("Rows in memory made durable", "MB of user bytes a second", 1e-6);
    chart.limit("0.85 x plain write (median)", 0.85e-6 * rounds.median("plain"));
    figures.addChart(chart);
    return figures;
  }

  private static double checkpointSeconds(Path directory, Rows source, int rows, Progress progress)
      throws Exception {
    try (OneShard one = OneShard.open(directory, OneShard.NO_CHECKPOINTS)) {
      one.append(source, 0, rows, progress::reach);
      long started = System.nanoTime();
      one.checkpoint();
      return (System.nanoTime() - started) / 1e9;
    }
  }

  private static double peerSeconds(Peer peer, Path directory, Rows source, int rows)
      throws Exception {
    try (Peer.Writer writer = peer.create(directory, PEER_BUFFER_BYTES)) {
      for (int row = 0; row < rows; row++) {
        writer.put(source.row(row));
      }
      long started = System.nanoTime();
      writer.flush();
      return (System.nanoTime() - started) / 1e9;
    }
  }
}
