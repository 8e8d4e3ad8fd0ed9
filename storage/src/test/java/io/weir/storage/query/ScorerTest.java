package io.weir.storage.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.vector.VectorKernel;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScorerTest {
  private final long seed = Long.getLong("weir.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private float[] vector(int dimension, float scale) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) Math.clamp(random.nextGaussian(), -3, 3) * scale;
    }
    return vector;
  }

  private static float rank(Metric metric, float[] query, float[] row) {
    Scorer scorer = new Scorer(new VectorSchema(query.length, metric), query);
    MemorySegment memory = MemorySegment.ofArray(row);
    float[] sum = new float[1];
    float[][] queries = {query};
    if (metric == Metric.EUCLIDEAN) {
      VectorKernel.BEST.squaredDistance(queries, 1, memory, new long[1], 1, sum);
    } else {
      VectorKernel.BEST.dot(queries, 1, memory, new long[1], 1, sum);
    }
    double squares = 0;
    for (float component : row) {
      squares += (double) component * component;
    }
    float norm = (float) Math.min(Math.sqrt(squares), Float.MAX_VALUE);
    float rank = scorer.rank(sum[0], memory, 0, norm);
    for (float wanted :
        new float[] {
          Float.NEGATIVE_INFINITY,
          -Float.MAX_VALUE,
          rank,
          Math.nextDown(rank),
          rank - 1e-6f * Math.abs(rank),
          -0f,
          0f,
          Float.MAX_VALUE
        }) {
      assertTrue(
          rank < wanted || !scorer.isBelow(wanted, sum[0]),
          () -> metric + ", rank " + rank + " is not below " + wanted);
    }
    assertEquals(metric.higherIsNearer() ? rank : 0f - rank, scorer.score(rank));
    return rank;
  }

  /** From numbers whose squares are nothing to those whose sums of squares are infinite. */
  @ParameterizedTest
  @EnumSource
  void scoresAgreeWithDoublePrecisionWhateverTheMagnitude(Metric metric) {
    for (float scale :
        new float[] {1e-38f, 1e-30f, 1e-20f, 1e-10f, 1, 1e10f, 1e18f, 1e25f, 1e38f}) {
      for (int dimension : new int[] {1, 2, 3, 8, 31, 32, 33, 100, 768}) {
        float[] query = vector(dimension, scale);
        float[] row = vector(dimension, scale);
        double exact = ModelStore.score(metric, query, row);
        double magnitude =
            switch (metric) {
              case COSINE -> 1;
              case DOT -> Math.abs(exact) + dimension * (double) scale * scale;
              case EUCLIDEAN -> exact;
            };
        double score =
            metric.higherIsNearer() ? rank(metric, query, row) : -rank(metric, query, row);
        assertEquals(
            Math.clamp(exact, -Float.MAX_VALUE, Float.MAX_VALUE),
            score,
            // Denormals have few digits.
            1e-5 * magnitude + dimension * Float.MIN_VALUE,
            metric + ", scale " + scale + ", dimension " + dimension + ", -Dweir.seed=" + seed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DOT", "EUCLIDEAN"})
  void whatIsFarBelowIsSeenWithoutItsRank(Metric metric) {
    float[] query = {1, 1};
    Scorer scorer = new Scorer(new VectorSchema(2, metric), query);
    // As sums of products, or of squared differences.
    assertTrue(scorer.isBelow(-1, metric == Metric.DOT ? -2 : 2));
  }

  @ParameterizedTest
  @EnumSource
  void theSameDirectionOrPlaceIsNearestHoweverSmallOrLarge(Metric metric) {
    for (float scale : new float[] {1e-38f, 1e-30f, 1, 1e25f}) {
      float[] query = vector(64, scale);
      float[] other = vector(64, scale);
      if (metric != Metric.DOT) {
        assertTrue(rank(metric, query, query) > rank(metric, query, other), metric + " " + scale);
      }
    }
  }
}
