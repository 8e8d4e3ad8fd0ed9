package io.weir.bench.feed;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The most heap that was used in this process, looked at every millisecond: garbage included, and
 * what the latest collections had left.
 *
 * <p><b>Threads:</b> any.
 */
final class HeapWatch {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int LOOKS_A_COLLECTION = 50;

  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();
  private volatile long peakBytes;
  private volatile long livePeakBytes;

  private HeapWatch() {}

  static HeapWatch start() {
    HeapWatch watch = new HeapWatch();
    Thread.ofPlatform().name("bench-heap").daemon().start(watch::run);
    return watch;
  }

  /** Used heap, garbage included. */
  long peakBytes() {
    return peakBytes;
  }

  /** What was left after collections. */
  long livePeakBytes() {
    return livePeakBytes;
  }

  private void run() {
    Runtime runtime = Runtime.getRuntime();
    for (int look = 0; ; look++) {
      peakBytes = Math.max(peakBytes, runtime.totalMemory() - runtime.freeMemory());
      if (look % LOOKS_A_COLLECTION == 0) {
        livePeakBytes = Math.max(livePeakBytes, afterCollections());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private long afterCollections() {
    long bytes = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage usage = pool.getCollectionUsage();
      bytes += usage == null ? 0 : usage.getUsed();
    }
    return bytes;
  }
}
