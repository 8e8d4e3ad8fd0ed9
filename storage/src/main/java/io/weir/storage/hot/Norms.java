package io.weir.storage.hot;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;

/** Euclidean norms that hold for the whole range of finite floats. */
final class Norms {
  /**
   * Below, squares may have been rounded to zero; the sum of squares is taken again, in doubles.
   */
  private static final float SMALLEST_TRUSTED = 1e-30f;

  private Norms() {}

  /**
   * Returns the norm of the row at a position.
   *
   * @param squaredNorm the sum of its squares in single precision
   */
  static float norm(float squaredNorm, MemorySegment rows, long position, int dimension) {
    if (squaredNorm > SMALLEST_TRUSTED && squaredNorm < Float.POSITIVE_INFINITY) {
      return (float) Math.sqrt(squaredNorm);
    }
    double sum = 0;
    for (int i = 0; i < dimension; i++) {
      double component = rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
      sum += component * component;
    }
    // A norm may leave the range of a float where no component does.
    return (float) Math.min(Math.sqrt(sum), Float.MAX_VALUE);
  }
}
