package io.weir.bench.http;

/** What was answered, and how long each answer took. */
public final class Answered {
  private final double seconds;

  /** Shortest first. */
  private final double[] sortedMillis;

  Answered(double seconds, double[] sortedMillis) {
    this.seconds = seconds;
    this.sortedMillis = sortedMillis;
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
