package io.weir.ingest.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of little-endian float32, used again for each record. */
final class FloatVector {
  /** A double wherever it stands. */
  static final ValueLayout.OfDouble DOUBLE_LE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int FIRST_BYTES = 1_024 * Float.BYTES;
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  void clear() {
    length = 0;
  }

  void add(float component) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
    }
    FLOATS.set(bytes, length, component);
    length += Float.BYTES;
  }

  /** Adds little-endian float32 as they are. */
  void add(MemorySegment floats) {
    int added = Math.toIntExact(floats.byteSize());
    if (added > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + added, Math.multiplyExact(bytes.length, 2)));
    }
    MemorySegment.copy(floats, 0, MemorySegment.ofArray(bytes), length, added);
    length += added;
  }

  int size() {
    return length / Float.BYTES;
  }

  /** A view of what was added since the last {@link #clear}; the next one changes it. */
  MemorySegment segment() {
    return MemorySegment.ofArray(bytes).asSlice(0, length);
  }
}
