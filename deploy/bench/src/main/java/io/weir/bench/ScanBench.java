package io.weir.bench;

import io.weir.bench.report.Figures;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.record.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Exact top 10 over mapped rows on one thread, beside a loop that only reads and adds them up. */
final class ScanBench implements Bench {
  private static final int ROWS = 1_000_000;
  private static final int REPETITIONS = 8;
  private static final int WARM_UP = 2;
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
    int repetitions = setting.repetitions(REPETITIONS);
    Rows source = new Rows(3);
    Rounds rounds = new Rounds(setting.warmUp(WARM_UP));
    setting.progress().begin("writing " + rows + " rows", rows);
    try (OneShard one = OneShard.open(setting.directory(), OneShard.OPTIONS, Metric.DOT);
        Arena arena = Arena.ofConfined()) {
      one.append(source, 0, rows, setting.progress()::reach);
      one.checkpoint();
      List<MemorySegment> maps = map(setting.directory(), arena);
      setting.progress().begin("scan", repetitions);
      for (int repetition = 0; repetition < repetitions; repetition++) {
        rounds.begin();
        rounds.add("weir", scanBytesPerSecond(one.collection(), source.vector(repetition)));
        rounds.add("read", readBytesPerSecond(maps));
        setting.progress().reach(repetition + 1);
      }
    }
    Figures figures = rounds.figures("_bytes_per_s");
    figures.add("bytes_per_s_one", rounds.median("weir"));
    figures.add("over_bandwidth_one", rounds.medianRatio("weir", "read"));
    figures.addChart(
        rounds.chart("Exact top 10 of " + rows + " x 768, one thread", "GB a second", 1e-9));
    return figures;
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
