package io.weir.api.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueueDelayTest {

  private static final int THREADS = 2;
  private static final Duration LEAST = Duration.ofMillis(20);
  private static final Duration MOST = Duration.ofMillis(100);
  private static final long MILLI = 1_000_000;
  private static final long STOOD = QueueDelay.INTERVAL.toNanos() + 1;

  private final long start = System.nanoTime();
  private final QueueDelay delay = new QueueDelay(THREADS, new QueueTarget(LEAST, MOST));

  @Test
  void aBurstIsLetThrough() {
    delay.queued(0, start);
    assertFalse(delay.isTooLong(90 * MILLI, 50, start + 90 * MILLI));
  }

  @Test
  void aQueueThatStandsGivesUpWhatHasWaitedLongerThanTheLeast() {
    delay.queued(0, start);
    assertTrue(delay.isTooLong(21 * MILLI, 50, start + STOOD));
    assertFalse(delay.isTooLong(19 * MILLI, 50, start + STOOD));
  }

  @Test
  void whatTakesLongMayWaitThreeTimesAsLongButNotForEver() {
    delay.queued(0, start);
    delay.worked(30 * MILLI);
    assertFalse(delay.isTooLong(89 * MILLI, 50, start + STOOD));
    assertTrue(delay.isTooLong(91 * MILLI, 50, start + STOOD));
    for (int i = 0; i < 100; i++) {
      delay.worked(1_000 * MILLI);
    }
    assertFalse(delay.isTooLong(99 * MILLI, 50, start + STOOD));
    assertTrue(delay.isTooLong(101 * MILLI, 50, start + STOOD));
  }

  @Test
  void asMuchAsThereAreThreadsIsAlwaysLeftToThem() {
    delay.queued(0, start);
    assertFalse(delay.isTooLong(5_000 * MILLI, THREADS, start + STOOD));
  }

  @Test
  void aQueueThatHasDrainedMayFillAgain() {
    delay.queued(0, start);
    assertFalse(delay.isTooLong(30 * MILLI, THREADS, start + STOOD));
    assertFalse(delay.isTooLong(30 * MILLI, 50, start + STOOD + 90 * MILLI));
    assertTrue(delay.isTooLong(30 * MILLI, 50, start + 2 * STOOD));
  }

  @Test
  void anIdlePoolIsCalmHoweverLongItHasBeen() {
    long later = start + Duration.ofHours(1).toNanos();
    delay.queued(0, later);
    assertFalse(delay.isTooLong(50 * MILLI, 50, later + 50 * MILLI));
  }

  @Test
  void boundsThatContradictEachOtherAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new QueueTarget(MOST, LEAST));
    assertThrows(IllegalArgumentException.class, () -> new QueueTarget(Duration.ZERO, MOST));
  }

  /** Two threads, 10 ms of work each time, four times as much as they can do. */
  @Test
  void underFourTimesTheLoadThreadsAreBusyAndWhatIsBegunHasNotWaitedLong() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Simulation simulation = new Simulation(new Random(seed), 10 * MILLI, 4);
    simulation.run(10_000);
    String rerun = "rerun with -Dweir.seed=" + seed;
    assertEquals(1, simulation.busyShare(), 0.01, rerun);
    assertTrue(simulation.longestWaitNanos() <= 30 * MILLI, rerun + simulation.longestWaitNanos());
  }

  /** The same where there is nothing to refuse. */
  @Test
  void belowWhatTheThreadsCanDoNothingIsRefused() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Simulation simulation = new Simulation(new Random(seed), 2 * MILLI, 0.7);
    simulation.run(10_000);
    assertEquals(0, simulation.refused(), "rerun with -Dweir.seed=" + seed);
  }

  /** Requests that come at random, and threads that take them, in simulated time. */
  private final class Simulation {
    private static final int QUEUE = 64;

    private final Random random;
    private final long workNanos;
    private final double meanGapNanos;
    private final Queue<Long> queue = new ArrayDeque<>();
    private final List<Long> waits = new ArrayList<>();
    private final long[] freeAt = new long[THREADS];
    private long arrival = start;
    private long refused;
    private long end = start;

    Simulation(Random random, long workNanos, double load) {
      this.random = random;
      this.workNanos = workNanos;
      this.meanGapNanos = workNanos / (THREADS * load);
      Arrays.fill(freeAt, start);
    }

    void run(int begun) {
      while (waits.size() < begun) {
        int thread = freeAt[0] <= freeAt[1] ? 0 : 1;
        if (queue.isEmpty()) {
          freeAt[thread] = Math.max(freeAt[thread], arrival);
        }
        while (arrival <= freeAt[thread]) {
          arrive();
        }
        take(thread);
      }
    }

    private void arrive() {
      delay.queued(queue.size(), arrival);
      if (queue.size() == QUEUE) {
        refused++;
      } else {
        queue.add(arrival);
      }
      arrival += (long) (-Math.log(1 - random.nextDouble()) * meanGapNanos) + 1;
    }

    private void take(int thread) {
      long now = freeAt[thread];
      long waited = now - queue.remove();
      if (delay.isTooLong(waited, queue.size(), now)) {
        refused++;
        return;
      }
      waits.add(waited);
      delay.worked(workNanos);
      freeAt[thread] = now + workNanos;
      end = freeAt[thread];
    }

    long refused() {
      return refused;
    }

    double busyShare() {
      return (double) waits.size() * workNanos / THREADS / (end - start);
    }

    /** Without the beginning, when the queue had not stood for long. */
    long longestWaitNanos() {
      return waits.stream().skip(1_000).mapToLong(Long::longValue).max().orElseThrow();
    }
  }
}
