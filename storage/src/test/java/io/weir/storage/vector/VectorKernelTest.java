package io.weir.storage.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VectorKernelTest {
  private static final List<VectorKernel> KERNELS = List.of(new SimdKernel(), new ScalarKernel());
  private static final int[] DIMENSIONS =
      IntStream.concat(
              IntStream.rangeClosed(1, 130), IntStream.of(384, 768, 1_024, 1_536, 3_072, 65_536))
          .toArray();

  private final long seed = Long.getLong("weir.seed", System.nanoTime());

  @Test
  void testsRunWithTheVectorApi() {
    assertInstanceOf(SimdKernel.class, VectorKernel.BEST);
  }

  @Test
  void everyDimensionAgreesWithDoublePrecisionAtAnyAlignment() {
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      for (int dimension : DIMENSIONS) {
        long position = random.nextInt(9);
        // Ends with the last component: a kernel that reads beyond it fails.
        MemorySegment rows = arena.allocate(position + (long) dimension * Float.BYTES, 64);
        float[] query = new float[dimension];
        double dot = 0;
        double distance = 0;
        double squares = 0;
        double magnitude = 0;
        for (int i = 0; i < dimension; i++) {
          query[i] = (float) random.nextGaussian();
          float component = (float) random.nextGaussian();
          rows.set(LittleEndian.FLOAT, position + (long) i * Float.BYTES, component);
          dot += (double) query[i] * component;
          magnitude += Math.abs((double) query[i] * component);
          distance += ((double) query[i] - component) * ((double) query[i] - component);
          squares += (double) component * component;
        }
        for (VectorKernel kernel : KERNELS) {
          String message =
              kernel.description() + ", dimension " + dimension + ", -Dweir.seed=" + seed;
          assertEquals(dot, kernel.dot(query, rows, position), 1e-4 * magnitude, message);
          assertEquals(
              distance, kernel.squaredDistance(query, rows, position), 1e-4 * distance, message);
          assertEquals(
              squares, kernel.squaredNorm(rows, position, dimension), 1e-4 * squares, message);
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
