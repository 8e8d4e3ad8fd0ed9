package io.weir.api.metrics;

import io.weir.storage.StoreStats;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store's figures as of at most a moment ago, however many gauges read them.
 *
 * <p><b>Threads:</b> any; while one takes a sample, the others wait for it.
 */
final class StatsSampler {

  static final Duration MAX_AGE = Duration.ofSeconds(1);

  private final Supplier<StoreStats> source;
  private final LongSupplier nanoTime;
  private @Nullable StoreStats latest;
  private long takenNanos;

  StatsSampler(Supplier<StoreStats> source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
  }

  synchronized StoreStats current() {
    long now = nanoTime.getAsLong();
    StoreStats sample = latest;
    if (sample == null || now - takenNanos >= MAX_AGE.toNanos()) {
      sample = source.get();
      latest = sample;
      takenNanos = now;
    }
    return sample;
  }
}
