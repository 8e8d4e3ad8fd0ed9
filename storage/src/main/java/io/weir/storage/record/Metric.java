package io.weir.storage.record;

/** How two vectors are compared. */
public enum Metric {
  /** Cosine of the angle, -1..1; higher is nearer. A vector of norm zero has none: refused. */
  COSINE(true),
  /** Inner product; higher is nearer. */
  DOT(true),
  /** Euclidean distance (the square root is taken), 0..; lower is nearer. */
  EUCLIDEAN(false);

  private final boolean higherIsNearer;

  Metric(boolean higherIsNearer) {
    this.higherIsNearer = higherIsNearer;
  }

  /** Returns whether a higher score means a nearer vector. */
  public boolean higherIsNearer() {
    return higherIsNearer;
  }
}
