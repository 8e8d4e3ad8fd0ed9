package io.weir.storage.query;

import io.weir.storage.memory.LittleEndian;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.vector.VectorKernel;
import java.lang.foreign.MemorySegment;

/**
 * Compares rows with one query. A rank is higher for nearer rows, whatever the metric; the score is
 * what users see.
 *
 * <p>Sums are taken in single precision, and once more in double where that has left the range of a
 * float: finite vectors never rank as NaN.
 */
final class Scorer {
  /** Products of norms below this may come from sums that have lost their precision. */
  private static final float SMALLEST_TRUSTED = 1e-20f;

  private final VectorSchema schema;
  private final float[] query;
  private final float queryNorm;

  /**
   * @throws IllegalArgumentException if the query does not fit the schema
   */
  Scorer(VectorSchema schema, float[] query) {
    if (query.length != schema.dimension()) {
      throw new IllegalArgumentException(
          "the query has "
              + query.length
              + " components; the collection has "
              + schema.dimension());
    }
    double squares = 0;
    for (int i = 0; i < query.length; i++) {
      if (!Float.isFinite(query[i])) {
        throw new IllegalArgumentException(
            "component " + i + " of the query is " + query[i] + "; allowed are finite numbers");
      }
      squares += (double) query[i] * query[i];
    }
    if (schema.metric() == Metric.COSINE && squares == 0) {
      throw new IllegalArgumentException(
          "the query is the zero vector, which has no direction and no cosine");
    }
    this.schema = schema;
    this.query = query;
    this.queryNorm = (float) Math.min(Math.sqrt(squares), Float.MAX_VALUE);
  }

  /**
   * Returns the rank of the row at a position.
   *
   * @param norm the row's norm; used under cosine only
   */
  float rank(MemorySegment rows, long position, float norm) {
    return switch (schema.metric()) {
      case COSINE -> cosine(rows, position, norm);
      case DOT -> {
        float dot = VectorKernel.BEST.dot(query, rows, position);
        yield Float.isFinite(dot) ? dot : (float) exactDot(rows, position);
      }
      case EUCLIDEAN -> {
        float distance = VectorKernel.BEST.squaredDistance(query, rows, position);
        yield Float.isFinite(distance) ? -distance : -Float.MAX_VALUE;
      }
    };
  }

  private float cosine(MemorySegment rows, long position, float norm) {
    float norms = queryNorm * norm;
    if (norms > SMALLEST_TRUSTED && norms < Float.POSITIVE_INFINITY) {
      float dot = VectorKernel.BEST.dot(query, rows, position);
      if (Float.isFinite(dot)) {
        return dot / norms;
      }
    }
    double squares = 0;
    double querySquares = 0;
    for (int i = 0; i < query.length; i++) {
      double component = rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
      squares += component * component;
      querySquares += (double) query[i] * query[i];
    }
    return (float) (exactDot(rows, position) / (Math.sqrt(squares) * Math.sqrt(querySquares)));
  }

  private double exactDot(MemorySegment rows, long position) {
    double sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += (double) query[i] * rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
    }
    return sum;
  }

  /** Returns what users see of a rank: a cosine leaves -1..1 by rounding only. */
  float score(float rank) {
    return switch (schema.metric()) {
      case COSINE -> Math.clamp(rank, -1f, 1f);
      case DOT -> Math.clamp(rank, -Float.MAX_VALUE, Float.MAX_VALUE);
      case EUCLIDEAN -> (float) Math.sqrt(-rank);
    };
  }
}
