package io.weir.bench;

import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One thread appends to the hot buffer, beside one that only copies as many bytes. */
final class AppendBench implements Bench {
  private static final int ROWS = 60_000;
  private static final int REPETITIONS = 7;

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
    int rows = setting.scaled(ROWS);
    Rows source = new Rows(1);
    List<VectorRecord> records = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      records.add(source.record(row));
    }
    Figures figures = new Figures();
    List<Double> appended = new ArrayList<>();
    List<Double> overCopy = new ArrayList<>();
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      setting.progress().accept("append " + (repetition + 1) + " of " + REPETITIONS);
      double append = appendBytesPerSecond(setting, repetition, records);
      double copy = copyBytesPerSecond(records);
      figures.addCase(Map.of("append_bytes_per_s", append, "copy_bytes_per_s", copy));
      if (repetition > 1) {
        appended.add(append);
        overCopy.add(append / copy);
      }
    }
    return figures
        .with("bytes_per_s", Figures.median(appended))
        .with("over_copy", Figures.median(overCopy));
  }

  private static double appendBytesPerSecond(
      Setting setting, int repetition, List<VectorRecord> records) throws Exception {
    // Large enough that no checkpoint starts.
    StoreOptions options = StoreOptions.defaults().withHotBufferBytes(4L << 30);
    try (VectorStore store =
        VectorStore.open(setting.directory().resolve("append-" + repetition), options)) {
      Shard shard =
          store.declare("bench", new VectorSchema(Rows.DIMENSION, Metric.COSINE)).shard(0);
      long started = System.nanoTime();
      for (VectorRecord record : records) {
        if (!(shard.append(record, 0) instanceof AppendResult.Appended)) {
          throw new IllegalStateException("not appended: " + record);
        }
      }
      return bytesPerSecond(records.size(), started);
    }
  }

  private static double copyBytesPerSecond(List<VectorRecord> records) {
    try (Arena arena = Arena.ofConfined()) {
      long started = System.nanoTime();
      for (VectorRecord record : records) {
        MemorySegment vector = ((VectorRecord.Upsert) record).vector();
        MemorySegment to = arena.allocate(Rows.USER_BYTES, 64);
        MemorySegment.copy(vector, 0, to, 0, vector.byteSize());
      }
      return bytesPerSecond(records.size(), started);
    }
  }

  private static double bytesPerSecond(int rows, long startedNanos) {
    return (double) rows * Rows.USER_BYTES * 1e9 / (System.nanoTime() - startedNanos);
  }
}
