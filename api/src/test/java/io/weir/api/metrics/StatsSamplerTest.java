package io.weir.api.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.weir.storage.ProcessStats;
import io.weir.storage.StoreStats;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatsSamplerTest {

  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);
  private final StatsSampler sampler =
      new StatsSampler(() -> stats(taken.incrementAndGet()), nanoTime::get);

  private static StoreStats stats(long hotLimitBytes) {
    OptionalLong none = OptionalLong.empty();
    return new StoreStats(
        hotLimitBytes,
        0,
        0,
        none,
        List.of(),
        new ProcessStats(none, none, none, none, none),
        List.of());
  }

  @Test
  void aFreshSampleServesEveryGauge() {
    StoreStats first = sampler.current();
    nanoTime.addAndGet(StatsSampler.MAX_AGE.toNanos() - 1);
    assertSame(first, sampler.current());
    assertEquals(1, taken.get());
  }

  @Test
  void anOldSampleIsTakenAnew() {
    StoreStats first = sampler.current();
    nanoTime.addAndGet(StatsSampler.MAX_AGE.toNanos());
    assertNotSame(first, sampler.current());
    assertEquals(2, taken.get());
  }
}
