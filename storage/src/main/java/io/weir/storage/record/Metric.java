package io.weir.storage.record;

/** How two vectors are compared. */
public enum Metric {
  /** Cosine of the angle, -1..1; higher is nearer. A vector of norm zero has none: refused. */
  COSINE(0, true),
  /** Inner product; higher is nearer. */
  DOT(1, true),
  /** Euclidean distance (the square root is taken), 0..; lower is nearer. */
  EUCLIDEAN(2, false);

  private final int code;
  private final boolean higherIsNearer;

  Metric(int code, boolean higherIsNearer) {
    this.code = code;
    this.higherIsNearer = higherIsNearer;
  }

  /** The number that stands for it in files. */
  public int code() {
    return code;
  }

  /**
   * Returns the metric that a number in a file stands for.
   *
   * @throws IllegalArgumentException if none does
   */
  public static Metric ofCode(int code) {
    for (Metric metric : values()) {
      if (metric.code == code) {
        return metric;
      }
    }
    throw new IllegalArgumentException("no metric has the code " + code);
  }

  /** Returns whether a higher score means a nearer vector. */
  public boolean higherIsNearer() {
    return higherIsNearer;
  }
}
