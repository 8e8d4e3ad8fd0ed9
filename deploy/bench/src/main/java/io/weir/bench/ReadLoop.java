package io.weir.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Reads segment files and adds up what is in them: as fast as rows can be read at all. */
final class ReadLoop {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final long PART_BYTES = 4L << 20;
  private static final long STEP = SPECIES.vectorByteSize();

  private final List<MemorySegment> parts;

  private ReadLoop(List<MemorySegment> parts) {
    this.parts = parts;
  }

  /** Over all segment files below a folder, which stay mapped as long as the arena. */
  static ReadLoop over(Path directory, Arena arena) throws IOException {
    List<MemorySegment> parts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file :
          files.filter(path -> path.toString().endsWith(".segment")).sorted().toList()) {
        try (FileChannel channel = FileChannel.open(file)) {
          MemorySegment map =
              plain(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), arena);
          long end = map.byteSize() - map.byteSize() % (4 * STEP);
          for (long from = 0; from < end; from += PART_BYTES) {
            parts.add(map.asSlice(from, Math.min(PART_BYTES, end - from)));
          }
        }
      }
    }
    return new ReadLoop(parts);
  }

  /**
   * A map as a segment of the class that the store's are of: a second class in one process would
   * make whatever loads vectors ask for it at each access, the store's inner loops too.
   */
  @SuppressWarnings("restricted") // the memory of the map, as long as its arena and not a byte more
  private static MemorySegment plain(MemorySegment map, Arena arena) {
    return MemorySegment.ofAddress(map.address()).reinterpret(map.byteSize(), arena, null);
  }

  /** Reads everything once. */
  double bytesPerSecond(int threads) throws Exception {
    double bytes = parts.stream().mapToLong(MemorySegment::byteSize).sum();
    AtomicInteger next = new AtomicInteger();
    float sum = 0;
    long started = System.nanoTime();
    if (threads == 1) {
      sum = sum(next);
    } else {
      try (ExecutorService readers =
          Executors.newFixedThreadPool(
              threads, Thread.ofPlatform().name("bench-read-", 0).factory())) {
        List<Future<Float>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          running.add(readers.submit(() -> sum(next)));
        }
        for (Future<Float> reader : running) {
          sum += reader.get();
        }
      }
    }
    double bytesPerSecond = bytes * 1e9 / (System.nanoTime() - started);
    // The sum, of headers and keys too, means nothing; but unused, the loop would be optimised
    // away.
    return Float.floatToRawIntBits(sum) == 1 ? Math.nextUp(bytesPerSecond) : bytesPerSecond;
  }

  private float sum(AtomicInteger next) {
    float sum = 0;
    for (int part = next.getAndIncrement(); part < parts.size(); part = next.getAndIncrement()) {
      sum += sum(parts.get(part));
    }
    return sum;
  }

  private static float sum(MemorySegment part) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (long at = 0; at < part.byteSize(); at += 4 * STEP) {
      sum0 = sum0.add(load(part, at));
      sum1 = sum1.add(load(part, at + STEP));
      sum2 = sum2.add(load(part, at + 2 * STEP));
      sum3 = sum3.add(load(part, at + 3 * STEP));
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector load(MemorySegment part, long at) {
    return FloatVector.fromMemorySegment(SPECIES, part, at, ByteOrder.LITTLE_ENDIAN);
  }
}
