package io.weir.bench;

import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Exact top 10 over mapped rows on one thread, beside a loop that only reads and adds them up. */
final class ScanBench implements Bench {
  private static final int ROWS = 1_000_000;
  private static final int REPETITIONS = 7;
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String description() {
    return "exact top 10 over 1,000,000 x 768 in page cache, one thread, beside a read-and-sum loop";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    int rows = setting.scaled(ROWS);
    Rows source = new Rows(3);
    Figures figures = new Figures();
    List<Double> bytesPerSecond = new ArrayList<>();
    List<Double> overBandwidth = new ArrayList<>();
    setting.progress().accept("writing " + rows + " rows");
    try (VectorStore store = VectorStore.open(setting.directory(), StoreOptions.defaults());
        Arena arena = Arena.ofConfined()) {
      VectorCollection collection =
          store.declare("bench", new VectorSchema(Rows.DIMENSION, Metric.DOT));
      source.append(collection.shard(0), 0, rows);
      store.checkpoint().get(10, TimeUnit.MINUTES);
      List<MemorySegment> maps = map(setting.directory(), arena);
      for (int repetition = 0; repetition < REPETITIONS; repetition++) {
        setting.progress().accept("scan " + (repetition + 1) + " of " + REPETITIONS);
        double scan = scanBytesPerSecond(collection, source.vector(repetition));
        double read = readBytesPerSecond(maps);
        figures.addCase(Map.of("scan_bytes_per_s", scan, "read_bytes_per_s", read));
        if (repetition > 0) {
          bytesPerSecond.add(scan);
          overBandwidth.add(scan / read);
        }
      }
    }
    return figures
        .with("bytes_per_s_one", Figures.median(bytesPerSecond))
        .with("over_bandwidth_one", Figures.median(overBandwidth));
  }

  private static double scanBytesPerSecond(VectorCollection collection, float[] query)
      throws Exception {
    long started = System.nanoTime();
    SearchResult result = collection.search(KnnQuery.nearest(query, 10).withPayload(false));
    double bytes = (double) result.scannedRows() * Rows.DIMENSION * Float.BYTES;
    return bytes * 1e9 / (System.nanoTime() - started);
  }

  private static double readBytesPerSecond(List<MemorySegment> maps) {
    long bytes = 0;
    float sum = 0;
    long started = System.nanoTime();
    for (MemorySegment map : maps) {
      long end = map.byteSize() - map.byteSize() % (4L * SPECIES.vectorByteSize());
      sum += sum(map, end);
      bytes += end;
    }
    double bytesPerSecond = bytes * 1e9 / (System.nanoTime() - started);
    // The sum, of headers and keys too, means nothing; but unused, the loop would be optimised
    // away.
    return Float.floatToRawIntBits(sum) == 1 ? Math.nextUp(bytesPerSecond) : bytesPerSecond;
  }

  private static float sum(MemorySegment map, long end) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    long step = SPECIES.vectorByteSize();
    for (long at = 0; at < end; at += 4 * step) {
      sum0 = sum0.add(load(map, at));
      sum1 = sum1.add(load(map, at + step));
      sum2 = sum2.add(load(map, at + 2 * step));
      sum3 = sum3.add(load(map, at + 3 * step));
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector load(MemorySegment map, long at) {
    return FloatVector.fromMemorySegment(SPECIES, map, at, ByteOrder.LITTLE_ENDIAN);
  }

  private static List<MemorySegment> map(Path directory, Arena arena) throws Exception {
    List<MemorySegment> maps = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file :
          files.filter(path -> path.toString().endsWith(".segment")).sorted().toList()) {
        try (FileChannel channel = FileChannel.open(file)) {
          maps.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
      }
    }
    return maps;
  }
}
