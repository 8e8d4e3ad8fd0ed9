package io.weir.bench;

import io.weir.bench.os.Folders;
import io.weir.bench.peer.Peer;
import io.weir.bench.peer.Row;
import io.weir.bench.report.Figures;
import io.weir.storage.Shard;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One thread appends to memory, beside one that only copies as many bytes, and beside peers. */
final class AppendBench implements Bench {
  private static final int ROWS = 60_000;
  private static final int REPETITIONS = 12;
  private static final int WARM_UP = 5;
  private static final long COPY_SLAB_BYTES = 1L << 20;
  private static final long PEER_BUFFER_BYTES = 1L << 30;

  @Override
  public String name() {
    return "append";
  }

  @Override
  public String description() {
    return "one thread into the hot buffer, 768 dimensions, beside a plain copy of the bytes";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    Rows source = new Rows(1);
    List<VectorRecord> records = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < setting.scaled(ROWS); row++) {
      records.add(source.record(row, row));
      if (!setting.peers().isEmpty()) {
        rows.add(source.row(row));
      }
    }
    double bytes = (double) records.size() * source.userBytes();
    int repetitions = setting.repetitions(REPETITIONS);
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    setting.progress().begin("append", repetitions);
    for (int repetition = 0; repetition < repetitions; repetition++) {
      Path directory = setting.directory().resolve("append-" + repetition);
      rounds.begin();
      rounds.add("weir", bytes / appendSeconds(directory.resolve("weir"), records));
      rounds.add("copy", bytes / copySeconds(records));
      for (Peer peer : setting.peers()) {
        rounds.add(peer.name(), bytes / peerSeconds(peer, directory.resolve(peer.name()), rows));
      }
      Folders.delete(directory);
      setting.progress().reach(repetition + 1);
    }
    Figures figures = rounds.figures("_bytes_per_s");
    figures.add("bytes_per_s", rounds.median("weir"), ">= 1.5e9");
    figures.add("over_copy", rounds.medianRatio("weir", "copy"));
    for (Peer peer : setting.peers()) {
      figures.add(peer.name() + "_bytes_per_s", rounds.median(peer.name()));
    }
    figures.addChart(
        rounds.chart("Append on one thread, 768 dimensions", "GB of user bytes a second", 1e-9));
    return figures;
  }

  private static double appendSeconds(Path directory, List<VectorRecord> records) throws Exception {
    try (OneShard one = OneShard.open(directory, OneShard.NO_CHECKPOINTS)) {
      Shard shard = one.shard();
      long started = System.nanoTime();
      for (VectorRecord record : records) {
        if (!(shard.append(record, 0) instanceof AppendResult.Appended)) {
          throw new IllegalStateException("not appended: " + record);
        }
      }
      return (System.nanoTime() - started) / 1e9;
    }
  }

  /** Into slabs as large as the hot buffer's, which are taken and zeroed while the time runs. */
  private static double copySeconds(List<VectorRecord> records) {
    try (Arena arena = Arena.ofConfined()) {
      long started = System.nanoTime();
      MemorySegment slab = arena.allocate(COPY_SLAB_BYTES, 64);
      long at = 0;
      for (VectorRecord record : records) {
        VectorRecord.Upsert row = (VectorRecord.Upsert) record;
        long bytes = row.vector().byteSize() + row.key().byteSize() + row.payload().byteSize();
        if (bytes > COPY_SLAB_BYTES - at) {
          slab = arena.allocate(COPY_SLAB_BYTES, 64);
          at = 0;
        }
        for (MemorySegment part : List.of(row.vector(), row.key(), row.payload())) {
          MemorySegment.copy(part, 0, slab, at, part.byteSize());
          at += part.byteSize();
        }
      }
      return (System.nanoTime() - started) / 1e9;
    }
  }

  private static double peerSeconds(Peer peer, Path directory, List<Row> rows) throws Exception {
    try (Peer.Writer writer = peer.create(directory, PEER_BUFFER_BYTES)) {
      long started = System.nanoTime();
      for (Row row : rows) {
        writer.put(row);
      }
      return (System.nanoTime() - started) / 1e9;
    }
  }
}
