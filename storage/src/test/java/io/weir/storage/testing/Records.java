package io.weir.storage.testing;

import io.weir.storage.memory.LittleEndian;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Makes records. */
public final class Records {
  private Records() {}

  /** An upsert at an offset, its timestamp 1,000 + offset. */
  public static VectorRecord.Upsert upsert(
      long offset, String key, float[] vector, String payload) {
    return new VectorRecord.Upsert(
        offset, 1_000 + offset, bytes(key), MemorySegment.ofArray(vector), bytes(payload));
  }

  /** A delete at an offset. */
  public static VectorRecord.Delete delete(long offset, String key) {
    return new VectorRecord.Delete(offset, 1_000 + offset, bytes(key));
  }

  /** The UTF-8 of a text. */
  public static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The text of UTF-8. */
  public static String text(MemorySegment bytes) {
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** The components of a vector. */
  public static float[] floats(MemorySegment vector) {
    return vector.toArray(LittleEndian.FLOAT);
  }

  /** A vector of components between -1 and 1. */
  public static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = 2 * random.nextFloat() - 1;
    }
    return vector;
  }
}
