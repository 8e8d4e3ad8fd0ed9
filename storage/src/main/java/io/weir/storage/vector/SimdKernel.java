package io.weir.storage.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** The Vector API: {@link PairSums} of queries and rows, and norms. */
final class SimdKernel implements VectorKernel {
  private static final PairSums DOT = new DotSums();
  private static final PairSums SQUARED_DISTANCE = new SquaredDistanceSums();

  @Override
  public void dot(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    DOT.put(queries, count, memory, positions, rows, sums);
  }

  @Override
  public void squaredDistance(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    SQUARED_DISTANCE.put(queries, count, memory, positions, rows, sums);
  }

  @Override
  public float squaredNorm(MemorySegment rows, long position, int dimension) {
    float[] lanes = new float[PairSums.LANES];
    FloatVector sum0 = FloatVector.zero(PairSums.SPECIES);
    FloatVector sum1 = sum0;
    // Infinity and NaN times zero are NaN; everything else adds nothing.
    FloatVector zero = sum0;
    FloatVector finite = sum0;
    int i = 0;
    for (int end = dimension - dimension % (2 * PairSums.LANES); i < end; i += 2 * PairSums.LANES) {
      FloatVector row0 = PairSums.load(rows, position + (long) i * Float.BYTES);
      FloatVector row1 =
          PairSums.load(
              rows, position + (long) i * Float.BYTES + PairSums.SPECIES.vectorByteSize());
      sum0 = row0.fma(row0, sum0);
      sum1 = row1.fma(row1, sum1);
      finite = row0.fma(zero, finite);
      finite = row1.fma(zero, finite);
    }
    sum0.add(sum1).add(finite).intoArray(lanes, 0);
    float sum = PairSums.total(lanes, 0);
    for (; i < dimension; i++) {
      float component = PairSums.component(rows, position, i);
      sum += component * component + component * 0;
    }
    return sum;
  }

  @Override
  public String description() {
    return "SIMD, " + PairSums.SPECIES.vectorBitSize() + " bits";
  }
}
