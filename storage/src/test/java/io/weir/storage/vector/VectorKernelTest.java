package io.weir.storage.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VectorKernelTest {
  private static final List<VectorKernel> KERNELS = List.of(new SimdKernel(), new ScalarKernel());
  private static final int[] DIMENSIONS =
      IntStream.concat(
              IntStream.rangeClosed(1, 130), IntStream.of(384, 768, 1_024, 1_536, 3_072, 65_536))
          .toArray();
  private static final int QUERIES = 7;
  private static final int ROWS = 7;
  private static final float UNTOUCHED = 4711f;

  private final long seed = Long.getLong("weir.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Sums of products, or of squared differences. */
  private enum Sum {
    DOT,
    SQUARED_DISTANCE;

    void of(
        VectorKernel kernel,
        float[][] queries,
        int count,
        MemorySegment memory,
        long[] positions,
        int rows,
        float[] sums) {
      switch (this) {
        case DOT -> kernel.dot(queries, count, memory, positions, rows, sums);
        case SQUARED_DISTANCE ->
            kernel.squaredDistance(queries, count, memory, positions, rows, sums);
      }
    }

    double term(double query, double row) {
      return switch (this) {
        case DOT -> query * row;
        case SQUARED_DISTANCE -> (query - row) * (query - row);
      };
    }
  }

  /** Some queries, and rows somewhere in memory that ends with the last of them. */
  private static final class Rows implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final float[][] queries;
    private final float[][] rows;
    private final long[] positions;
    private final MemorySegment memory;

    Rows(Random random, int dimension, ToDoubleFunction<Random> component) {
      queries = vectors(random, QUERIES, dimension, component);
      rows = vectors(random, ROWS, dimension, component);
      positions = new long[ROWS];
      long end = 0;
      for (int row = 0; row < ROWS; row++) {
        positions[row] = end + random.nextInt(9);
        end = positions[row] + (long) dimension * Float.BYTES;
      }
      memory = arena.allocate(end, 64);
      for (int row = 0; row < ROWS; row++) {
        MemorySegment.copy(
            rows[row], 0, memory, LittleEndian.FLOAT, positions[row], rows[row].length);
      }
    }

    private static float[][] vectors(
        Random random, int count, int dimension, ToDoubleFunction<Random> component) {
      float[][] vectors = new float[count][dimension];
      for (float[] vector : vectors) {
        for (int i = 0; i < dimension; i++) {
          vector[i] = (float) component.applyAsDouble(random);
        }
      }
      return vectors;
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /** Receives the sum of a query and a row. */
  @FunctionalInterface
  private interface SumCheck {
    void check(Sum sum, float[] query, float[] row, float actual, String message);
  }

  /** Takes all sums of all dimensions, by each kernel, of groups of any size. */
  private void forEachSum(ToDoubleFunction<Random> component, SumCheck check) {
    for (int dimension : DIMENSIONS) {
      try (Rows rows = new Rows(random, dimension, component)) {
        for (VectorKernel kernel : KERNELS) {
          for (Sum sum : Sum.values()) {
            int count = 1 + random.nextInt(QUERIES);
            float[] sums = new float[QUERIES * ROWS];
            Arrays.fill(sums, UNTOUCHED);
            sum.of(kernel, rows.queries, count, rows.memory, rows.positions, ROWS, sums);
            String message =
                kernel.description()
                    + ", "
                    + sum
                    + ", dimension "
                    + dimension
                    + ", queries "
                    + count
                    + ", -Dweir.seed="
                    + seed;
            for (int at = 0; at < sums.length; at++) {
              if (at < count * ROWS) {
                float[] query = rows.queries[at / ROWS];
                check.check(sum, query, rows.rows[at % ROWS], sums[at], message);
              } else {
                assertEquals(UNTOUCHED, sums[at], message);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void testsRunWithTheVectorApi() {
    assertInstanceOf(SimdKernel.class, VectorKernel.BEST);
  }

  @Test
  void everyDimensionAgreesWithDoublePrecisionAtAnyAlignment() {
    forEachSum(
        Random::nextGaussian,
        (sum, query, row, actual, message) -> {
          double expected = 0;
          double magnitude = 0;
          for (int i = 0; i < query.length; i++) {
            double term = sum.term(query[i], row[i]);
            expected += term;
            magnitude += Math.abs(term);
          }
          // What rounding can do at most, whatever the order; of very many additions, what it does.
          double tolerance = Math.min((query.length + 3) * 0x1p-24, 1e-4) * magnitude;
          assertEquals(expected, actual, tolerance, message);
        });
  }

  /** Sums of small whole numbers are exact in any order: nothing is left out or taken twice. */
  @Test
  void wholeNumbersAreAddedUpExactly() {
    forEachSum(
        random -> random.nextInt(17) - 8,
        (sum, query, row, actual, message) -> {
          double expected = 0;
          for (int i = 0; i < query.length; i++) {
            expected += sum.term(query[i], row[i]);
          }
          assertEquals(expected, actual, message);
        });
  }

  @Test
  void denormalsAreNotTakenForZero() {
    forEachSum(
        random -> (random.nextInt(17) - 8) * Float.MIN_VALUE,
        (sum, query, row, actual, message) ->
            // Their products and squares are zero, of either sign, but nothing worse.
            assertEquals(0, actual + 0f, message));
    for (int dimension : DIMENSIONS) {
      float[] row = new float[dimension];
      float[] query = new float[dimension];
      double expected = 0;
      for (int i = 0; i < dimension; i++) {
        row[i] = (random.nextInt(17) - 8) * Float.MIN_VALUE;
        query[i] = random.nextInt(17) - 8;
        expected += (double) query[i] * row[i];
      }
      for (VectorKernel kernel : KERNELS) {
        float[] sums = new float[1];
        kernel.dot(new float[][] {query}, 1, MemorySegment.ofArray(row), new long[] {0}, 1, sums);
        // Multiples of the smallest number there is: exact.
        assertEquals(expected, sums[0], kernel.description() + ", dimension " + dimension);
      }
    }
  }

  /** The caller sees that a sum has left the range of a float; it is never some other number. */
  @Test
  void whatOverflowsIsNotFinite() {
    forEachSum(
        random -> random.nextBoolean() ? Float.MAX_VALUE : -Float.MAX_VALUE,
        (sum, query, row, actual, message) ->
            assertEquals(
                sum == Sum.SQUARED_DISTANCE && Arrays.equals(query, row),
                Float.isFinite(actual),
                message));
  }

  @Test
  void aSumIsTheSameToTheLastBitInAnyGroupAtAnyPositionAndHoweverHot() {
    for (int dimension : new int[] {1, 2, 7, 31, 32, 33, 63, 64, 100, 129, 768, 1_000}) {
      for (Sum sum : Sum.values()) {
        try (Rows rows = new Rows(random, dimension, Random::nextGaussian);
            Arena arena = Arena.ofConfined()) {
          MemorySegment elsewhere = arena.allocate((long) dimension * Float.BYTES + 1);
          MemorySegment.copy(
              rows.memory, rows.positions[0], elsewhere, 1, elsewhere.byteSize() - 1);
          for (VectorKernel kernel : KERNELS) {
            float[] first = new float[ROWS];
            sum.of(kernel, rows.queries, 1, rows.memory, rows.positions, ROWS, first);
            float[] sums = new float[QUERIES * ROWS];
            for (int round = 0; round < 20_000_000 / dimension / 1_000 + 50; round++) {
              // The first query, at each place of a group.
              int count = 1 + round % QUERIES;
              int at = random.nextInt(count);
              float[][] queries = rows.queries.clone();
              queries[0] = rows.queries[at];
              queries[at] = rows.queries[0];
              sum.of(kernel, queries, count, rows.memory, rows.positions, ROWS, sums);
              float[] inGroup = Arrays.copyOfRange(sums, at * ROWS, (at + 1) * ROWS);
              assertTrue(
                  Arrays.equals(first, inGroup),
                  () -> kernel.description() + ", " + sum + ", -Dweir.seed=" + seed);
            }
            sum.of(kernel, rows.queries, 1, elsewhere, new long[] {1}, 1, sums);
            assertEquals(first[0], sums[0], kernel.description() + ", " + sum);
          }
        }
      }
    }
  }

  @Test
  void everyNormAgreesWithDoublePrecisionAtAnyAlignment() {
    for (int dimension : DIMENSIONS) {
      try (Rows rows = new Rows(random, dimension, Random::nextGaussian)) {
        double expected = 0;
        for (float component : rows.rows[ROWS - 1]) {
          expected += (double) component * component;
        }
        for (VectorKernel kernel : KERNELS) {
          float actual = kernel.squaredNorm(rows.memory, rows.positions[ROWS - 1], dimension);
          assertEquals(
              expected,
              actual,
              Math.min((dimension + 2) * 0x1p-24, 1e-4) * expected,
              kernel.description() + ", dimension " + dimension + ", -Dweir.seed=" + seed);
        }
      }
    }
  }

  @Test
  void theNormOfAVectorThatIsNotFiniteIsNaNWhereverTheComponentIs() {
    for (int dimension : new int[] {1, 7, 8, 16, 17, 33, 100}) {
      for (int bad = 0; bad < dimension; bad++) {
        for (float value :
            new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
          float[] vector = new float[dimension];
          vector[bad] = value;
          for (VectorKernel kernel : KERNELS) {
            float norm = kernel.squaredNorm(MemorySegment.ofArray(vector), 0, dimension);
            assertTrue(Float.isNaN(norm), () -> kernel.description() + ", dimension " + dimension);
          }
        }
      }
    }
  }

  @Test
  void theNormOfLargeFiniteVectorsIsNotNaN() {
    float[] vector = {Float.MAX_VALUE, -Float.MAX_VALUE, 1};
    Stream.of(new SimdKernel(), new ScalarKernel())
        .forEach(kernel ->
            assertEquals(
                Float.POSITIVE_INFINITY, kernel.squaredNorm(MemorySegment.ofArray(vector), 0, 3)));
  }
}
