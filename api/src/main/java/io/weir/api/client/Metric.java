package io.weir.api.client;

import java.util.Locale;

/** How vectors of a collection are compared. */
public enum Metric {
  /** The cosine of their angle: higher is nearer. */
  COSINE,
  /** Their inner product: higher is nearer. */
  DOT,
  /** Their Euclidean distance: lower is nearer. */
  EUCLIDEAN;

  static Metric of(String text) {
    for (Metric metric : values()) {
      if (metric.name().toLowerCase(Locale.ROOT).equals(text)) {
        return metric;
      }
    }
    throw new UnreadableAnswer("'" + text + "' is no metric");
  }
}
