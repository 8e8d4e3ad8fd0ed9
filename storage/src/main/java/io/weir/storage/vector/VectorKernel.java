package io.weir.storage.vector;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The inner loops of storage: some queries against some rows.
 *
 * <p>A row is {@code dimension} little-endian floats at a byte position of a segment; no alignment
 * is needed. Sums are kept in single precision, in several accumulators; the caller decides what to
 * do about a sum that is not finite.
 *
 * <p>The sum of a query and a row is the same to the last bit whatever the row's position, whatever
 * other queries and rows are asked for with it, and however hot the code is: the order of additions
 * depends on the dimension and on the width of the machine's vectors only.
 *
 * <p><b>Threads:</b> any; kernels have no state.
 */
public sealed interface VectorKernel permits SimdKernel, ScalarKernel {

  /** Rows are scored fastest in multiples of this, a power of two. */
  int ROWS_ABREAST = 4;

  /** The kernel of this JVM: SIMD if the Vector API module is there, else plain Java. */
  VectorKernel BEST = pick();

  /**
   * Sums up {@code query[i] * row[i]}, for each of the first queries with each of the first rows.
   * Rows should be so few that they stay in the cache from one query to the next.
   *
   * @param queries all of one length, the dimension
   * @param memory holds the rows
   * @param positions where each row begins
   * @param sums gets the sum of query {@code q} and row {@code r} at {@code q * rows + r}
   */
  void dot(
      float[][] queries, int count, MemorySegment memory, long[] positions, int rows, float[] sums);

  /**
   * Sums up {@code (query[i] - row[i])^2}, for each of the first queries with each of the first
   * rows; the rest is as with {@link #dot}.
   */
  void squaredDistance(
      float[][] queries, int count, MemorySegment memory, long[] positions, int rows, float[] sums);

  /**
   * Returns the sum of {@code row[i]^2}, or NaN if a component is NaN or infinite. May be infinite
   * or lose precision where squares leave the range of a float.
   */
  float squaredNorm(MemorySegment rows, long position, int dimension);

  /** A name for the log. */
  String description();

  private static VectorKernel pick() {
    ModuleLayer boot = Objects.requireNonNull(ModuleLayer.boot(), "set before any class of ours");
    return boot.findModule("jdk.incubator.vector").isPresent()
        ? new SimdKernel()
        : new ScalarKernel();
  }
}
