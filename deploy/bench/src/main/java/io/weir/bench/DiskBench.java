package io.weir.bench;

import io.weir.bench.os.Folders;
import io.weir.bench.peer.Peer;
import io.weir.bench.peer.RocksPeer;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import io.weir.storage.StoreOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Blocks that files take, over the user's own bytes. */
final class DiskBench implements Bench {
  private static final int CHECKPOINTS = 1_000;
  private static final int ROWS_PER_CHECKPOINT = 10;
  private static final int OVERWRITTEN = 100_000;
  private static final long PEER_BUFFER_BYTES = 64L << 20;
  private static final Map<String, String> GOALS =
      Map.of("1e2", "<= 1.10", "1e4", "<= 1.01", "1e5", "<= 1.01");

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public String description() {
    return "blocks allocated for all files / bytes of vectors, keys and payloads, 768 dimensions";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    return new Run(setting).measure();
  }

  /** One run: what is found so far. */
  private static final class Run {
    private final Setting setting;
    private final Rows source = new Rows(5);
    private final Figures figures = new Figures();
    private final Chart sizes =
        new Chart(
            "Disk beyond the user's bytes: 768 dimensions, compression off",
            "rows, and how they came",
            "allocated beyond user bytes, %");

    Run(Setting setting) {
      this.setting = setting;
    }

    Figures measure() throws Exception {
      figures.add("allocated_bytes_1", (double) Folders.allocatedBytes(write("1", 1)), "<= 16384");
      for (String size : List.of("1e2", "1e4", "1e5")) {
        int rows = setting.scaled((int) Double.parseDouble(size));
        double ratio = ratio("weir", size, rows, write(size, rows));
        figures.add("allocated_ratio_" + size, ratio, GOALS.getOrDefault(size, ""));
        for (Peer peer : peers()) {
          Path directory = setting.directory().resolve(peer.name() + "-" + size);
          setting.progress().begin(peer.name() + ": " + rows + " rows", rows);
          PeerFiles.write(peer, directory, source, rows, PEER_BUFFER_BYTES);
          figures.add(peer.name() + "_ratio_" + size, ratio(peer.name(), size, rows, directory));
        }
      }
      figures.add("ratio_1000x10", manyCheckpoints(), "<= 1.03");
      figures.add("ratio_overwritten", overwritten(), "<= 1.02");
      figures.addChart(sizes);
      return figures;
    }

    private List<Peer> peers() {
      List<Peer> peers = new ArrayList<>(setting.peers());
      if (!peers.isEmpty()) {
        peers.add(new RocksPeer(true));
      }
      return peers;
    }

    /** Rows appended one after the other and made durable. */
    private Path write(String size, int rows) throws Exception {
      Path directory = setting.directory().resolve("weir-" + size);
      setting.progress().begin("weir: " + rows + " rows", rows);
      try (OneShard one = OneShard.open(directory, OneShard.OPTIONS)) {
        one.append(source, 0, rows, setting.progress()::reach);
        one.checkpoint();
      }
      return directory;
    }

    /** Many checkpoints of a few rows each, as a slow topic makes them, with all that follows. */
    private double manyCheckpoints() throws Exception {
      Path directory = setting.directory().resolve("1000x10");
      int checkpoints = setting.scaled(CHECKPOINTS);
      setting.progress().begin("weir: " + checkpoints + " checkpoints of 10", checkpoints);
      StoreOptions automatic =
          OneShard.OPTIONS.withCompaction(OneShard.OPTIONS.compaction().withAutomatic(true));
      try (OneShard one = OneShard.open(directory, automatic)) {
        for (int number = 0; number < checkpoints; number++) {
          int from = number * ROWS_PER_CHECKPOINT;
          one.append(source, from, from + ROWS_PER_CHECKPOINT, row -> {});
          one.checkpoint();
          setting.progress().reach(number + 1);
        }
        one.compact();
      }
      return ratio("weir", "1000x10", checkpoints * ROWS_PER_CHECKPOINT, directory);
    }

    /** Every key twice: half of what was written is dead. */
    private double overwritten() throws Exception {
      Path directory = setting.directory().resolve("overwritten");
      int rows = setting.scaled(OVERWRITTEN);
      try (OneShard one = OneShard.open(directory, OneShard.OPTIONS)) {
        for (int pass = 0; pass < 2; pass++) {
          setting.progress().begin("weir: " + rows + " keys, pass " + (pass + 1) + " of 2", rows);
          one.append(source, 0, rows, (long) pass * rows, setting.progress()::reach);
          one.checkpoint();
        }
        setting.progress().begin("weir: compaction", 1);
        one.compact();
      }
      return ratio("weir", "overwritten", rows, directory);
    }

    /** Takes down what a store that is closed has left in its folder, and removes it. */
    private double ratio(String who, String size, int rows, Path directory) throws Exception {
      long bytes = Folders.allocatedBytes(directory);
      double ratio = (double) bytes / ((long) rows * source.userBytes());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("who", who);
      row.put("size", size);
      row.put("rows", rows);
      row.put("files", Folders.files(directory));
      row.put("allocated_bytes", bytes);
      row.put("ratio", ratio);
      figures.addCase(row);
      sizes.bar(who, size, 100 * (ratio - 1));
      Folders.delete(directory);
      return ratio;
    }
  }
}
