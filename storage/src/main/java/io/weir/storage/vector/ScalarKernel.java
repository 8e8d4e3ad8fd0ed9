package io.weir.storage.vector;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;

/** Plain Java, for a JVM that was started without the Vector API. */
final class ScalarKernel implements VectorKernel {

  @Override
  public void dot(
      float[][] queries,
      int count,
      MemorySegment memory,
      long[] positions,
      int rows,
      float[] sums) {
    for (int q = 0; q < count; q++) {
      for (int r = 0; r < rows; r++) {
        sums[q * rows + r] = dot(queries[q], memory, positions[r]);
      }
    }
  }

  private static float dot(float[] query, MemorySegment memory, long position) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
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
    for (int q = 0; q < count; q++) {
      for (int r = 0; r < rows; r++) {
        sums[q * rows + r] = squaredDistance(queries[q], memory, positions[r]);
      }
    }
  }

  private static float squaredDistance(float[] query, MemorySegment memory, long position) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      float difference = query[i] - component(memory, position, i);
      sum += difference * difference;
    }
    return sum;
  }

  @Override
  public float squaredNorm(MemorySegment rows, long position, int dimension) {
    float sum = 0;
    float finite = 0;
    for (int i = 0; i < dimension; i++) {
      float component = component(rows, position, i);
      sum += component * component;
      finite += component * 0;
    }
    return sum + finite;
  }

  private static float component(MemorySegment memory, long position, int i) {
    return memory.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
  }

  @Override
  public String description() {
    return "scalar (start the JVM with --add-modules jdk.incubator.vector for SIMD)";
  }
}
