package io.weir.bench.http;

import java.util.Arrays;

/** What was answered, and how long each answer took. */
public final class Answered {
  private final double seconds;

  /** Shortest first. */
  private final double[] sortedMillis;

  private Answered(double seconds, double[] sortedMillis) {
    this.seconds = seconds;
    this.sortedMillis = sortedMillis;
  }

  /** Answers that come one after the other. */
  static final class Times {
    private double[] millis = new double[1 << 12];
    private int count;

    void add(double each) {
      if (count == millis.length) {
        millis = Arrays.copyOf(millis, 2 * count);
      }
      millis[count++] = each;
    }

    /** All that were added, in so many seconds. */
    Answered in(double seconds) {
      double[] sorted = Arrays.copyOf(millis, count);
      Arrays.sort(sorted);
      return new Answered(seconds, sorted);
    }
  }

  /** How many. */
  int count() {
    return sortedMillis.length;
  }

  /** Answers a second, from the first request to the last answer. */
  public double perSecond() {
    return sortedMillis.length / seconds;
  }

  /** Milliseconds that so many percent of all answers did not take longer than. */
  public double percentile(double percent) {
    int rank = (int) Math.ceil(sortedMillis.length * percent / 100);
    return sortedMillis[Math.max(0, rank - 1)];
  }
}
