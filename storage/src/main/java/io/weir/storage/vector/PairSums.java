package io.weir.storage.vector;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of pairs of a query and a row, with the Vector API. Three queries are scored against four
 * rows at a time, so that seven loads serve twelve multiply-adds: each pair has an accumulator of
 * its own, and twelve of them keep the units busy, whose results take several cycles, while memory
 * is waited for. With what is loaded they fill the sixteen registers that there are at least. A
 * query that is alone has four rows at a time, a row that is alone four queries.
 *
 * <p>The sum of a pair is added up in one order, vector after vector, whichever of the loops it is
 * in.
 *
 * <p>The innermost loops are each operation's own: no vector is passed to a method that may be too
 * large to be inlined, for it would become an object there. Hence lanes are added up in an array,
 * too. Positions are a row's plus a multiple of the loop's counter: the compiler then checks bounds
 * once a row and not once a load.
 *
 * <p><b>Threads:</b> any; it has no state.
 */
abstract sealed class PairSums permits DotSums, SquaredDistanceSums {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int QUERIES = 3;
  private static final int QUERIES_A_ROW = 4;
  private static final int ROWS = VectorKernel.ROWS_ABREAST;

  /** Puts the lanes of one query's and one row's sum at 0. */
  abstract void one(float[] query, MemorySegment memory, long position, float[] lanes);

  /** Puts those of one query and four rows, one behind the other. */
  abstract void fourRows(
      float[] query, MemorySegment memory, long[] positions, int first, float[] lanes);

  /** Puts those of four queries and one row, one behind the other. */
  abstract void fourQueries(
      float[][] queries, int first, MemorySegment memory, long position, float[] lanes);

  /**
   * Puts those of three queries and four rows: the first query's, then the second's, the third's.
   */
  abstract void twelve(
      float[][] queries,
      int firstQuery,
      MemorySegment memory,
      long[] positions,
      int first,
      float[] lanes);

  /** Returns what one component adds. */
  abstract float term(float query, float row);

  /** Puts the sums of all pairs, as {@link VectorKernel#dot} says. */
  final void put(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    float[] lanes = new float[QUERIES * ROWS * LANES];
    int inFours = rows - rows % ROWS;
    int q = 0;
    for (; q + QUERIES <= count; q += QUERIES) {
      for (int r = 0; r < inFours; r += ROWS) {
        twelve(queries, q, memory, positions, r, lanes);
        for (int pair = 0; pair < QUERIES * ROWS; pair++) {
          sums[(q + pair / ROWS) * rows + r + pair % ROWS] = total(lanes, pair * LANES);
        }
      }
    }
    for (; q < count; q++) {
      for (int r = 0; r < inFours; r += ROWS) {
        fourRows(queries[q], memory, positions, r, lanes);
        for (int row = 0; row < ROWS; row++) {
          sums[q * rows + r + row] = total(lanes, row * LANES);
        }
      }
    }
    for (int r = inFours; r < rows; r++) {
      putRow(queries, count, memory, positions[r], sums, r, rows);
    }
    addRest(queries, count, memory, positions, rows, sums);
  }

  /** Puts the sums of one row, of those that are left. */
  private void putRow(
      float[][] queries,
      int count,
      MemorySegment memory,
      long position,
      float[] sums,
      int row,
      int rows) {
    float[] lanes = new float[QUERIES_A_ROW * LANES];
    int q = 0;
    for (; q + QUERIES_A_ROW <= count; q += QUERIES_A_ROW) {
      fourQueries(queries, q, memory, position, lanes);
      for (int query = 0; query < QUERIES_A_ROW; query++) {
        sums[(q + query) * rows + row] = total(lanes, query * LANES);
      }
    }
    for (; q < count; q++) {
      one(queries[q], memory, position, lanes);
      sums[q * rows + row] = total(lanes, 0);
    }
  }

  /** Adds what a dimension has beyond whole vectors. */
  private void addRest(
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
          rest += term(query[i], component(memory, positions[r], i));
        }
        sums[q * rows + r] += rest;
      }
    }
  }

  static FloatVector load(MemorySegment memory, long position) {
    return FloatVector.fromMemorySegment(SPECIES, memory, position, ORDER);
  }

  static FloatVector load(float[] query, int i) {
    return FloatVector.fromArray(SPECIES, query, i);
  }

  static float component(MemorySegment memory, long position, int i) {
    return memory.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
  }

  /**
   * Adds up the lanes of a vector, always in the same order. {@code reduceLanes} leaves the order
   * open: it may take another one when it has been compiled, and equal rows have unequal scores.
   */
  static float total(float[] lanes, int from) {
    float even = lanes[from];
    float odd = lanes[from + 1];
    for (int i = from + 2; i < from + LANES; i += 2) {
      even += lanes[i];
      odd += lanes[i + 1];
    }
    return even + odd;
  }
}
