package io.weir.storage.field;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The order of strings of bytes, which of UTF-8 is that of the characters. */
public final class ByteStrings {

  private ByteStrings() {}

  /** Compares the bytes without a sign, from the first on; a beginning comes before the whole. */
  public static int compare(MemorySegment one, MemorySegment other) {
    long at = one.mismatch(other);
    if (at < 0) {
      return 0;
    }
    if (at == one.byteSize() || at == other.byteSize()) {
      return Long.compare(one.byteSize(), other.byteSize());
    }
    return Byte.compareUnsigned(
        one.get(ValueLayout.JAVA_BYTE, at), other.get(ValueLayout.JAVA_BYTE, at));
  }
}
