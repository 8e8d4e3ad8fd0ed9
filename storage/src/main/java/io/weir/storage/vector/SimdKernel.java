package io.weir.storage.vector;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API, four accumulators wide: one multiply-add has a latency of several cycles, and
 * four chains keep the units busy while they wait for memory.
 *
 * <p>Three queries are scored at a time, so that a row's components are loaded once for three:
 * their twelve accumulators and what is loaded fit into the sixteen registers that there are at
 * least.
 *
 * <p>No vector is passed to a method that may be too large to be inlined, for it would become an
 * object there. Hence what is left over of a dimension has methods of its own, and lanes are added
 * up in an array.
 */
final class SimdKernel implements VectorKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int STRIDE = 4 * LANES;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int ABREAST = 3;

  @Override
  public void dot(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    float[] lanes = new float[ABREAST * LANES];
    int q = 0;
    for (; q + ABREAST <= count; q += ABREAST) {
      for (int r = 0; r < rows; r++) {
        dot3(queries, q, memory, positions[r], lanes, sums, q * rows + r, rows);
      }
    }
    for (; q < count; q++) {
      for (int r = 0; r < rows; r++) {
        sums[q * rows + r] = dot(queries[q], memory, positions[r], lanes);
      }
    }
  }

  private static float dot(float[] query, MemorySegment memory, long position, float[] lanes) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int i = 0;
    for (int end = query.length - query.length % STRIDE; i < end; i += STRIDE) {
      sum0 = load(memory, position, i).fma(load(query, i), sum0);
      sum1 = load(memory, position, i + LANES).fma(load(query, i + LANES), sum1);
      sum2 = load(memory, position, i + 2 * LANES).fma(load(query, i + 2 * LANES), sum2);
      sum3 = load(memory, position, i + 3 * LANES).fma(load(query, i + 3 * LANES), sum3);
    }
    sum0.add(sum1).add(sum2.add(sum3)).intoArray(lanes, 0);
    float sum = total(lanes, 0);
    return i < query.length ? sum + restOfDot(query, memory, position, i, lanes) : sum;
  }

  /** As {@link #dot} of three queries, addition by addition; their sums lie {@code step} apart. */
  private static void dot3(
      float[][] queries,
      int first,
      MemorySegment memory,
      long position,
      float[] lanes,
      float[] sums,
      int at,
      int step) {
    float[] a = queries[first];
    float[] b = queries[first + 1];
    float[] c = queries[first + 2];
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector c2 = a0;
    FloatVector c3 = a0;
    int i = 0;
    for (int end = a.length - a.length % STRIDE; i < end; i += STRIDE) {
      FloatVector row0 = load(memory, position, i);
      a0 = row0.fma(load(a, i), a0);
      b0 = row0.fma(load(b, i), b0);
      c0 = row0.fma(load(c, i), c0);
      FloatVector row1 = load(memory, position, i + LANES);
      a1 = row1.fma(load(a, i + LANES), a1);
      b1 = row1.fma(load(b, i + LANES), b1);
      c1 = row1.fma(load(c, i + LANES), c1);
      FloatVector row2 = load(memory, position, i + 2 * LANES);
      a2 = row2.fma(load(a, i + 2 * LANES), a2);
      b2 = row2.fma(load(b, i + 2 * LANES), b2);
      c2 = row2.fma(load(c, i + 2 * LANES), c2);
      FloatVector row3 = load(memory, position, i + 3 * LANES);
      a3 = row3.fma(load(a, i + 3 * LANES), a3);
      b3 = row3.fma(load(b, i + 3 * LANES), b3);
      c3 = row3.fma(load(c, i + 3 * LANES), c3);
    }
    a0.add(a1).add(a2.add(a3)).intoArray(lanes, 0);
    b0.add(b1).add(b2.add(b3)).intoArray(lanes, LANES);
    c0.add(c1).add(c2.add(c3)).intoArray(lanes, 2 * LANES);
    sums[at] = total(lanes, 0);
    sums[at + step] = total(lanes, LANES);
    sums[at + 2 * step] = total(lanes, 2 * LANES);
    if (i < a.length) {
      sums[at] += restOfDot(a, memory, position, i, lanes);
      sums[at + step] += restOfDot(b, memory, position, i, lanes);
      sums[at + 2 * step] += restOfDot(c, memory, position, i, lanes);
    }
  }

  private static float restOfDot(
      float[] query, MemorySegment memory, long position, int from, float[] lanes) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    int i = from;
    for (int end = SPECIES.loopBound(query.length); i < end; i += LANES) {
      sum0 = load(memory, position, i).fma(load(query, i), sum0);
    }
    sum0.intoArray(lanes, 0);
    float sum = total(lanes, 0);
    for (; i < query.length; i++) {
      sum += query[i] * component(memory, position, i);
    }
    return sum;
  }

  @Override
  public void squaredDistance(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    float[] lanes = new float[ABREAST * LANES];
    int q = 0;
    for (; q + ABREAST <= count; q += ABREAST) {
      for (int r = 0; r < rows; r++) {
        squaredDistance3(queries, q, memory, positions[r], lanes, sums, q * rows + r, rows);
      }
    }
    for (; q < count; q++) {
      for (int r = 0; r < rows; r++) {
        sums[q * rows + r] = squaredDistance(queries[q], memory, positions[r], lanes);
      }
    }
  }

  private static float squaredDistance(
      float[] query, MemorySegment memory, long position, float[] lanes) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int i = 0;
    for (int end = query.length - query.length % STRIDE; i < end; i += STRIDE) {
      sum0 = addSquare(load(memory, position, i), load(query, i), sum0);
      sum1 = addSquare(load(memory, position, i + LANES), load(query, i + LANES), sum1);
      sum2 = addSquare(load(memory, position, i + 2 * LANES), load(query, i + 2 * LANES), sum2);
      sum3 = addSquare(load(memory, position, i + 3 * LANES), load(query, i + 3 * LANES), sum3);
    }
    sum0.add(sum1).add(sum2.add(sum3)).intoArray(lanes, 0);
    float sum = total(lanes, 0);
    return i < query.length ? sum + restOfSquaredDistance(query, memory, position, i, lanes) : sum;
  }

  /** As {@link #squaredDistance} of three queries; their sums lie {@code step} apart. */
  private static void squaredDistance3(
      float[][] queries,
      int first,
      MemorySegment memory,
      long position,
      float[] lanes,
      float[] sums,
      int at,
      int step) {
    float[] a = queries[first];
    float[] b = queries[first + 1];
    float[] c = queries[first + 2];
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector c2 = a0;
    FloatVector c3 = a0;
    int i = 0;
    for (int end = a.length - a.length % STRIDE; i < end; i += STRIDE) {
      FloatVector row0 = load(memory, position, i);
      a0 = addSquare(row0, load(a, i), a0);
      b0 = addSquare(row0, load(b, i), b0);
      c0 = addSquare(row0, load(c, i), c0);
      FloatVector row1 = load(memory, position, i + LANES);
      a1 = addSquare(row1, load(a, i + LANES), a1);
      b1 = addSquare(row1, load(b, i + LANES), b1);
      c1 = addSquare(row1, load(c, i + LANES), c1);
      FloatVector row2 = load(memory, position, i + 2 * LANES);
      a2 = addSquare(row2, load(a, i + 2 * LANES), a2);
      b2 = addSquare(row2, load(b, i + 2 * LANES), b2);
      c2 = addSquare(row2, load(c, i + 2 * LANES), c2);
      FloatVector row3 = load(memory, position, i + 3 * LANES);
      a3 = addSquare(row3, load(a, i + 3 * LANES), a3);
      b3 = addSquare(row3, load(b, i + 3 * LANES), b3);
      c3 = addSquare(row3, load(c, i + 3 * LANES), c3);
    }
    a0.add(a1).add(a2.add(a3)).intoArray(lanes, 0);
    b0.add(b1).add(b2.add(b3)).intoArray(lanes, LANES);
    c0.add(c1).add(c2.add(c3)).intoArray(lanes, 2 * LANES);
    sums[at] = total(lanes, 0);
    sums[at + step] = total(lanes, LANES);
    sums[at + 2 * step] = total(lanes, 2 * LANES);
    if (i < a.length) {
      sums[at] += restOfSquaredDistance(a, memory, position, i, lanes);
      sums[at + step] += restOfSquaredDistance(b, memory, position, i, lanes);
      sums[at + 2 * step] += restOfSquaredDistance(c, memory, position, i, lanes);
    }
  }

  private static float restOfSquaredDistance(
      float[] query, MemorySegment memory, long position, int from, float[] lanes) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    int i = from;
    for (int end = SPECIES.loopBound(query.length); i < end; i += LANES) {
      sum0 = addSquare(load(memory, position, i), load(query, i), sum0);
    }
    sum0.intoArray(lanes, 0);
    float sum = total(lanes, 0);
    for (; i < query.length; i++) {
      float difference = query[i] - component(memory, position, i);
      sum += difference * difference;
    }
    return sum;
  }

  private static FloatVector addSquare(FloatVector row, FloatVector query, FloatVector sum) {
    FloatVector difference = row.sub(query);
    return difference.fma(difference, sum);
  }

  @Override
  public float squaredNorm(MemorySegment rows, long position, int dimension) {
    float[] lanes = new float[LANES];
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
    sum0.add(sum1).add(finite).intoArray(lanes, 0);
    float sum = total(lanes, 0);
    for (; i < dimension; i++) {
      float component = component(rows, position, i);
      sum += component * component + component * 0;
    }
    return sum;
  }

  @Override
  public String description() {
    return "SIMD, " + SPECIES.vectorBitSize() + " bits";
  }

  private static FloatVector load(MemorySegment memory, long position, int i) {
    return FloatVector.fromMemorySegment(SPECIES, memory, position + (long) i * Float.BYTES, ORDER);
  }

  private static FloatVector load(float[] query, int i) {
    return FloatVector.fromArray(SPECIES, query, i);
  }

  private static float component(MemorySegment memory, long position, int i) {
    return memory.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
  }

  /**
   * Adds up the lanes of a vector, always in the same order. {@code reduceLanes} leaves the order
   * open: it may take another one when it has been compiled, and equal rows have unequal scores.
   */
  private static float total(float[] lanes, int from) {
    float even = lanes[from];
    float odd = lanes[from + 1];
    for (int i = from + 2; i < from + LANES; i += 2) {
      even += lanes[i];
      odd += lanes[i + 1];
    }
    return even + odd;
  }
}
