package io.weir.storage.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Sums of products. */
final class DotSums extends PairSums {

  @Override
  void one(float[] query, MemorySegment memory, long position, float[] lanes) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < SPECIES.loopBound(query.length); i += LANES) {
      sum = load(memory, position + (long) i * Float.BYTES).fma(load(query, i), sum);
    }
    sum.intoArray(lanes, 0);
  }

  @Override
  void fourRows(float[] query, MemorySegment memory, long[] positions, int first, float[] lanes) {
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

  @Override
  void fourQueries(
      float[][] queries, int first, MemorySegment memory, long position, float[] lanes) {
    float[] query0 = queries[first];
    float[] query1 = queries[first + 1];
    float[] query2 = queries[first + 2];
    float[] query3 = queries[first + 3];
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    for (int i = 0; i < SPECIES.loopBound(query0.length); i += LANES) {
      FloatVector row = load(memory, position + (long) i * Float.BYTES);
      sum0 = row.fma(load(query0, i), sum0);
      sum1 = row.fma(load(query1, i), sum1);
      sum2 = row.fma(load(query2, i), sum2);
      sum3 = row.fma(load(query3, i), sum3);
    }
    sum0.intoArray(lanes, 0);
    sum1.intoArray(lanes, LANES);
    sum2.intoArray(lanes, 2 * LANES);
    sum3.intoArray(lanes, 3 * LANES);
  }

  @Override
  void twelve(
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

  @Override
  float term(float query, float row) {
    return query * row;
  }
}
