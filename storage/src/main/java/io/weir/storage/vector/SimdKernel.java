package io.weir.storage.vector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API, four accumulators wide: one multiply-add has a latency of several cycles, and
 * four chains keep the units busy while they wait for memory.
 *
 * <p>The order of additions depends on the dimension and the machine's vector width only, never on
 * where a row lies: equal rows get equal scores.
 */
final class SimdKernel implements VectorKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int STRIDE = 4 * LANES;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  @Override
  public float dot(float[] query, MemorySegment rows, long position) {
    int dimension = query.length;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int i = 0;
    for (int end = dimension - dimension % STRIDE; i < end; i += STRIDE) {
      sum0 = load(rows, position, i).fma(load(query, i), sum0);
      sum1 = load(rows, position, i + LANES).fma(load(query, i + LANES), sum1);
      sum2 = load(rows, position, i + 2 * LANES).fma(load(query, i + 2 * LANES), sum2);
      sum3 = load(rows, position, i + 3 * LANES).fma(load(query, i + 3 * LANES), sum3);
    }
    for (int end = SPECIES.loopBound(dimension); i < end; i += LANES) {
      sum0 = load(rows, position, i).fma(load(query, i), sum0);
    }
    if (i < dimension) {
      VectorMask<Float> rest = SPECIES.indexInRange(i, dimension);
      FloatVector row = load(rows, position, i, rest);
      sum1 = row.fma(FloatVector.fromArray(SPECIES, query, i, rest), sum1);
    }
    return total(sum0, sum1, sum2, sum3);
  }

  @Override
  public float squaredDistance(float[] query, MemorySegment rows, long position) {
    int dimension = query.length;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int i = 0;
    for (int end = dimension - dimension % STRIDE; i < end; i += STRIDE) {
      FloatVector d0 = load(rows, position, i).sub(load(query, i));
      FloatVector d1 = load(rows, position, i + LANES).sub(load(query, i + LANES));
      FloatVector d2 = load(rows, position, i + 2 * LANES).sub(load(query, i + 2 * LANES));
      FloatVector d3 = load(rows, position, i + 3 * LANES).sub(load(query, i + 3 * LANES));
      sum0 = d0.fma(d0, sum0);
      sum1 = d1.fma(d1, sum1);
      sum2 = d2.fma(d2, sum2);
      sum3 = d3.fma(d3, sum3);
    }
    for (int end = SPECIES.loopBound(dimension); i < end; i += LANES) {
      FloatVector difference = load(rows, position, i).sub(load(query, i));
      sum0 = difference.fma(difference, sum0);
    }
    if (i < dimension) {
      VectorMask<Float> rest = SPECIES.indexInRange(i, dimension);
      FloatVector difference =
          load(rows, position, i, rest).sub(FloatVector.fromArray(SPECIES, query, i, rest));
      sum1 = difference.fma(difference, sum1);
    }
    return total(sum0, sum1, sum2, sum3);
  }

  @Override
  public float squaredNorm(MemorySegment rows, long position, int dimension) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    // Infinity and NaN times zero are NaN; everything else adds nothing.
    FloatVector zero = sum0;
    FloatVector finite = sum0;
    int i = 0;
    for (int end = dimension - dimension % (2 * LANES); i < end; i += 2 * LANES) {
      FloatVector row0 = load(rows, position, i);
      FloatVector row1 = load(rows, position, i + LANES);
      sum0 = row0.fma(row0, sum0);
      sum1 = row1.fma(row1, sum1);
      finite = row0.fma(zero, finite);
      finite = row1.fma(zero, finite);
    }
    float sum = sum0.add(sum1).add(finite).reduceLanes(VectorOperators.ADD);
    for (; i < dimension; i += LANES) {
      FloatVector row = load(rows, position, i, SPECIES.indexInRange(i, dimension));
      sum += row.fma(row, row.mul(0f)).reduceLanes(VectorOperators.ADD);
    }
    return sum;
  }

  @Override
  public String description() {
    return "SIMD, " + SPECIES.vectorBitSize() + " bits";
  }

  private static FloatVector load(MemorySegment rows, long position, int i) {
    return FloatVector.fromMemorySegment(SPECIES, rows, position + (long) i * Float.BYTES, ORDER);
  }

  private static FloatVector load(
      MemorySegment rows, long position, int i, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(
        SPECIES, rows, position + (long) i * Float.BYTES, ORDER, mask);
  }

  private static FloatVector load(float[] query, int i) {
    return FloatVector.fromArray(SPECIES, query, i);
  }

  private static float total(
      FloatVector sum0, FloatVector sum1, FloatVector sum2, FloatVector sum3) {
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }
}
