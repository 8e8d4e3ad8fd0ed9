package io.weir.storage.vector;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API. Three queries are scored against four rows at a time, so that seven loads serve
 * twelve multiply-adds: each pair has an accumulator of its own, and twelve of them keep the units
 * busy, whose results take several cycles, while memory is waited for. With what is loaded they
 * fill the sixteen registers that there are at least. A query that is alone has four rows at a
 * time.
 *
 * <p>The sum of a pair is added up in one order, vector after vector, whichever of the loops it is
 * in.
 *
 * <p>No vector is passed to a method that may be too large to be inlined, for it would become an
 * object there. Hence lanes are added up in an array. Positions are a row's plus a multiple of the
 * loop's counter: the compiler then checks bounds once a row and not once a load.
 */
final class SimdKernel implements VectorKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final long VECTOR_BYTES = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int QUERIES = 3;

  @Override
  public void dot(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    float[] lanes = new float[QUERIES * ROWS_ABREAST * LANES];
    int inFours = rows - rows % ROWS_ABREAST;
    int q = 0;
    for (; q + QUERIES <= count; q += QUERIES) {
      for (int r = 0; r < inFours; r += ROWS_ABREAST) {
        dot12(queries, q, memory, positions, r, lanes);
        for (int pair = 0; pair < QUERIES * ROWS_ABREAST; pair++) {
          sums[(q + pair / ROWS_ABREAST) * rows + r + pair % ROWS_ABREAST] =
              total(lanes, pair * LANES);
        }
      }
    }
    for (; q < count; q++) {
      for (int r = 0; r < inFours; r += ROWS_ABREAST) {
        dot4(queries[q], memory, positions, r, lanes);
        for (int row = 0; row < ROWS_ABREAST; row++) {
          sums[q * rows + r + row] = total(lanes, row * LANES);
        }
      }
    }
    for (int query = 0; query < count; query++) {
      for (int r = inFours; r < rows; r++) {
        dot(queries[query], memory, positions[r], lanes);
        sums[query * rows + r] = total(lanes, 0);
      }
    }
    addRestDot(queries, count, memory, positions, rows, sums);
  }

  private static void dot(float[] query, MemorySegment memory, long position, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < SPECIES.loopBound(query.length); i += LANES) {
      sum = load(memory, position + (long) i * Float.BYTES).fma(load(query, i), sum);
    }
    sum.intoArray(lanes, 0);
  }

  /** Of one query and four rows, one behind the other. */
  private static void dot4(
      float[] query, MemorySegment memory, long[] positions, int first, float[] lanes) {
    long row0 = positions[first];
    long row1 = positions[first + 1];
    long row2 = positions[first + 2];
    long row3 = positions[first + 3];
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int i = 0; i < SPECIES.loopBound(query.length); i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector q = load(query, i);
      sum0 = load(memory, row0 + at).fma(q, sum0);
      sum1 = load(memory, row1 + at).fma(q, sum1);
      sum2 = load(memory, row2 + at).fma(q, sum2);
      sum3 = load(memory, row3 + at).fma(q, sum3);
    }
    sum0.intoArray(lanes, 0);
    sum1.intoArray(lanes, LANES);
    sum2.intoArray(lanes, 2 * LANES);
    sum3.intoArray(lanes, 3 * LANES);
  }

  /** Of three queries and four rows: the first query's sums, then the second's, the third's. */
  private static void dot12(
      float[][] queries,
      int firstQuery,
      MemorySegment memory,
      long[] positions,
      int first,
      float[] lanes) {
    float[] queryA = queries[firstQuery];
    float[] queryB = queries[firstQuery + 1];
    float[] queryC = queries[firstQuery + 2];
    long row0 = positions[first];
    long row1 = positions[first + 1];
    long row2 = positions[first + 2];
    long row3 = positions[first + 3];
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
    for (int i = 0; i < SPECIES.loopBound(queryA.length); i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector a = load(queryA, i);
      FloatVector b = load(queryB, i);
      FloatVector c = load(queryC, i);
      FloatVector row = load(memory, row0 + at);
      a0 = row.fma(a, a0);
      b0 = row.fma(b, b0);
      c0 = row.fma(c, c0);
      row = load(memory, row1 + at);
      a1 = row.fma(a, a1);
      b1 = row.fma(b, b1);
      c1 = row.fma(c, c1);
      row = load(memory, row2 + at);
      a2 = row.fma(a, a2);
      b2 = row.fma(b, b2);
      c2 = row.fma(c, c2);
      row = load(memory, row3 + at);
      a3 = row.fma(a, a3);
      b3 = row.fma(b, b3);
      c3 = row.fma(c, c3);
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, LANES);
    a2.intoArray(lanes, 2 * LANES);
    a3.intoArray(lanes, 3 * LANES);
    b0.intoArray(lanes, 4 * LANES);
    b1.intoArray(lanes, 5 * LANES);
    b2.intoArray(lanes, 6 * LANES);
    b3.intoArray(lanes, 7 * LANES);
    c0.intoArray(lanes, 8 * LANES);
    c1.intoArray(lanes, 9 * LANES);
    c2.intoArray(lanes, 10 * LANES);
    c3.intoArray(lanes, 11 * LANES);
  }

  /** Adds what a dimension has beyond whole vectors. */
  private static void addRestDot(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    for (int q = 0; q < count; q++) {
      float[] query = queries[q];
      int from = SPECIES.loopBound(query.length);
      for (int r = 0; from < query.length && r < rows; r++) {
        float rest = 0;
        for (int i = from; i < query.length; i++) {
          rest += query[i] * component(memory, positions[r], i);
        }
        sums[q * rows + r] += rest;
      }
    }
  }

  @Override
  public void squaredDistance(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    float[] lanes = new float[QUERIES * ROWS_ABREAST * LANES];
    int inFours = rows - rows % ROWS_ABREAST;
    int q = 0;
    for (; q + QUERIES <= count; q += QUERIES) {
      for (int r = 0; r < inFours; r += ROWS_ABREAST) {
        squaredDistance12(queries, q, memory, positions, r, lanes);
        for (int pair = 0; pair < QUERIES * ROWS_ABREAST; pair++) {
          sums[(q + pair / ROWS_ABREAST) * rows + r + pair % ROWS_ABREAST] =
              total(lanes, pair * LANES);
        }
      }
    }
    for (; q < count; q++) {
      for (int r = 0; r < inFours; r += ROWS_ABREAST) {
        squaredDistance4(queries[q], memory, positions, r, lanes);
        for (int row = 0; row < ROWS_ABREAST; row++) {
          sums[q * rows + r + row] = total(lanes, row * LANES);
        }
      }
    }
    for (int query = 0; query < count; query++) {
      for (int r = inFours; r < rows; r++) {
        squaredDistance(queries[query], memory, positions[r], lanes);
        sums[query * rows + r] = total(lanes, 0);
      }
    }
    addRestSquaredDistance(queries, count, memory, positions, rows, sums);
  }

  private static void squaredDistance(
      float[] query, MemorySegment memory, long position, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < SPECIES.loopBound(query.length); i += LANES) {
      sum = addSquare(load(memory, position + (long) i * Float.BYTES), load(query, i), sum);
    }
    sum.intoArray(lanes, 0);
  }

  /** Of one query and four rows, one behind the other. */
  private static void squaredDistance4(
      float[] query, MemorySegment memory, long[] positions, int first, float[] lanes) {
    long row0 = positions[first];
    long row1 = positions[first + 1];
    long row2 = positions[first + 2];
    long row3 = positions[first + 3];
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int i = 0; i < SPECIES.loopBound(query.length); i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector q = load(query, i);
      sum0 = addSquare(load(memory, row0 + at), q, sum0);
      sum1 = addSquare(load(memory, row1 + at), q, sum1);
      sum2 = addSquare(load(memory, row2 + at), q, sum2);
      sum3 = addSquare(load(memory, row3 + at), q, sum3);
    }
    sum0.intoArray(lanes, 0);
    sum1.intoArray(lanes, LANES);
    sum2.intoArray(lanes, 2 * LANES);
    sum3.intoArray(lanes, 3 * LANES);
  }

  /** Of three queries and four rows: the first query's sums, then the second's, the third's. */
  private static void squaredDistance12(
      float[][] queries,
      int firstQuery,
      MemorySegment memory,
      long[] positions,
      int first,
      float[] lanes) {
    float[] queryA = queries[firstQuery];
    float[] queryB = queries[firstQuery + 1];
    float[] queryC = queries[firstQuery + 2];
    long row0 = positions[first];
    long row1 = positions[first + 1];
    long row2 = positions[first + 2];
    long row3 = positions[first + 3];
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
    for (int i = 0; i < SPECIES.loopBound(queryA.length); i += LANES) {
      long at = (long) i * Float.BYTES;
      FloatVector a = load(queryA, i);
      FloatVector b = load(queryB, i);
      FloatVector c = load(queryC, i);
      FloatVector row = load(memory, row0 + at);
      a0 = addSquare(row, a, a0);
      b0 = addSquare(row, b, b0);
      c0 = addSquare(row, c, c0);
      row = load(memory, row1 + at);
      a1 = addSquare(row, a, a1);
      b1 = addSquare(row, b, b1);
      c1 = addSquare(row, c, c1);
      row = load(memory, row2 + at);
      a2 = addSquare(row, a, a2);
      b2 = addSquare(row, b, b2);
      c2 = addSquare(row, c, c2);
      row = load(memory, row3 + at);
      a3 = addSquare(row, a, a3);
      b3 = addSquare(row, b, b3);
      c3 = addSquare(row, c, c3);
    }
    a0.intoArray(lanes, 0);
    a1.intoArray(lanes, LANES);
    a2.intoArray(lanes, 2 * LANES);
    a3.intoArray(lanes, 3 * LANES);
    b0.intoArray(lanes, 4 * LANES);
    b1.intoArray(lanes, 5 * LANES);
    b2.intoArray(lanes, 6 * LANES);
    b3.intoArray(lanes, 7 * LANES);
    c0.intoArray(lanes, 8 * LANES);
    c1.intoArray(lanes, 9 * LANES);
    c2.intoArray(lanes, 10 * LANES);
    c3.intoArray(lanes, 11 * LANES);
  }

  /** Adds what a dimension has beyond whole vectors. */
  private static void addRestSquaredDistance(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    for (int q = 0; q < count; q++) {
      float[] query = queries[q];
      int from = SPECIES.loopBound(query.length);
      for (int r = 0; from < query.length && r < rows; r++) {
        float rest = 0;
        for (int i = from; i < query.length; i++) {
          float difference = query[i] - component(memory, positions[r], i);
          rest += difference * difference;
        }
        sums[q * rows + r] += rest;
      }
    }
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
      FloatVector row0 = load(rows, position + (long) i * Float.BYTES);
      FloatVector row1 = load(rows, position + (long) i * Float.BYTES + VECTOR_BYTES);
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

  private static FloatVector load(MemorySegment memory, long position) {
    return FloatVector.fromMemorySegment(SPECIES, memory, position, ORDER);
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
