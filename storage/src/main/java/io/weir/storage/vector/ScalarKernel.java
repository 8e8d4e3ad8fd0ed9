package io.weir.storage.vector;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;

/** Plain Java, for a JVM that was started without the Vector API. */
final class ScalarKernel implements VectorKernel {

  @Override
  public float dot(float[] query, MemorySegment rows, long position) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += query[i] * rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
    }
    return sum;
  }

  @Override
  public float squaredDistance(float[] query, MemorySegment rows, long position) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      float difference = query[i] - rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
      sum += difference * difference;
    }
    return sum;
  }

  @Override
  public float squaredNorm(MemorySegment rows, long position, int dimension) {
    float sum = 0;
    float finite = 0;
    for (int i = 0; i < dimension; i++) {
      float component = rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
      sum += component * component;
      finite += component * 0;
    }
    return sum + finite;
  }

  @Override
  public String description() {
    return "scalar (start the JVM with --add-modules jdk.incubator.vector for SIMD)";
  }
}
