package io.weir.storage.query;

import io.weir.storage.memory.LittleEndian;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.MemorySegment;

/**
 * Compares rows with one query. A rank is the score that users see, or what is left of zero by as
 * much where less is nearer: higher for nearer rows, whatever the metric, and equal where scores
 * are.
 *
 * <p>Sums come in single precision, and are taken once more in double where that has left the range
 * of a float: finite vectors never rank as NaN.
 *
 * <p><b>Threads:</b> any; immutable.
 */
final class Scorer {
  /** Products of norms below this may come from sums that have lost their precision. */
  private static final float SMALLEST_TRUSTED_NORMS = 1e-20f;

  /** Sums of squares below this may have lost some of them to underflow. */
  private static final float SMALLEST_TRUSTED_SQUARES = 1e-30f;

  private final VectorSchema schema;
  private final float[] query;
  private final float queryNorm;

  /**
   * @throws UnfitVectorException if the query does not fit the schema
   */
  Scorer(VectorSchema schema, float[] query) {
    if (query.length != schema.dimension()) {
      throw new UnfitVectorException(
          "the query has "
              + query.length
              + " components; the collection has "
              + schema.dimension());
    }
    double squares = 0;
    for (int i = 0; i < query.length; i++) {
      if (!Float.isFinite(query[i])) {
        throw new UnfitVectorException(
            "component " + i + " of the query is " + query[i] + "; allowed are finite numbers");
      }
      squares += (double) query[i] * query[i];
    }
    if (schema.metric() == Metric.COSINE && squares == 0) {
      throw new UnfitVectorException(
          "the query is the zero vector, which has no direction and no cosine");
    }
    this.schema = schema;
    this.query = query;
    this.queryNorm = (float) Math.min(Math.sqrt(squares), Float.MAX_VALUE);
  }

  /**
   * Returns the rank of the row at a position.
   *
   * @param sum the kernel's, of query and row: of squared differences under {@code EUCLIDEAN}, else
   *     of products
   * @param norm the row's norm; used under cosine only
   */
  float rank(float sum, MemorySegment rows, long position, float norm) {
    return switch (schema.metric()) {
      case COSINE -> {
        float norms = queryNorm * norm;
        float cosine =
            norms > SMALLEST_TRUSTED_NORMS && norms < Float.POSITIVE_INFINITY && Float.isFinite(sum)
                ? sum / norms
                : exactCosine(rows, position);
        // It leaves -1..1 by rounding only.
        yield Math.clamp(cosine, -1f, 1f);
      }
      case DOT -> Float.isFinite(sum) ? sum : exactDot(rows, position);
      case EUCLIDEAN ->
          sum >= SMALLEST_TRUSTED_SQUARES && sum < Float.POSITIVE_INFINITY
              ? -(float) Math.sqrt(sum)
              : -exactDistance(rows, position);
    };
  }

  /**
   * Whether a row ranks below a rank, as far as that can be told from its sum at once; {@link
   * #rank} says it for all rows. Almost every row of a search is of that kind.
   *
   * @param sum as for {@link #rank}
   */
  boolean isBelow(float wanted, float sum) {
    return switch (schema.metric()) {
      // What is not finite has to be added up anew.
      case DOT -> sum < wanted && sum > Float.NEGATIVE_INFINITY;
      // The factor is more than a root and a square are off by.
      case EUCLIDEAN ->
          sum > wanted * wanted * 1.000_001f
              && sum >= SMALLEST_TRUSTED_SQUARES
              && sum < Float.POSITIVE_INFINITY;
      case COSINE -> false;
    };
  }

  /** Returns the score of a rank. */
  float score(float rank) {
    return schema.metric().higherIsNearer() ? rank : 0f - rank;
  }

  private float exactCosine(MemorySegment rows, long position) {
    double dot = 0;
    double squares = 0;
    double querySquares = 0;
    for (int i = 0; i < query.length; i++) {
      double component = component(rows, position, i);
      dot += query[i] * component;
      squares += component * component;
      querySquares += (double) query[i] * query[i];
    }
    return (float) (dot / (Math.sqrt(squares) * Math.sqrt(querySquares)));
  }

  private float exactDot(MemorySegment rows, long position) {
    double sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += query[i] * component(rows, position, i);
    }
    return (float) Math.clamp(sum, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  private float exactDistance(MemorySegment rows, long position) {
    double squares = 0;
    for (int i = 0; i < query.length; i++) {
      double difference = query[i] - component(rows, position, i);
      squares += difference * difference;
    }
    return (float) Math.min(Math.sqrt(squares), Float.MAX_VALUE);
  }

  private static double component(MemorySegment rows, long position, int i) {
    return rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
  }
}
