package io.weir.storage.vector;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The inner loops of storage: one query against one row.
 *
 * <p>A row is {@code dimension} little-endian floats at a byte position of a segment; no alignment
 * is needed. Sums are kept in single precision, in several accumulators; the caller decides what to
 * do about a sum that is not finite.
 *
 * <p><b>Threads:</b> any; kernels have no state.
 */
public sealed interface VectorKernel permits SimdKernel, ScalarKernel {

  /** The kernel of this JVM: SIMD if the Vector API module is there, else plain Java. */
  VectorKernel BEST = pick();

  /** Returns the sum of {@code query[i] * row[i]}. */
  float dot(float[] query, MemorySegment rows, long position);

  /** Returns the sum of {@code (query[i] - row[i])^2}. */
  float squaredDistance(float[] query, MemorySegment rows, long position);

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
