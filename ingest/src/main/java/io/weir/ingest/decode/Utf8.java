package io.weir.ingest.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Well-formed UTF-8 as the Unicode Standard has it (table 3-7): no surrogates, nothing overlong.
 */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private Utf8() {}

  /** Returns the index of the first byte in {@code [from, to)} that cannot be there, or -1. */
  static int firstInvalid(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
        at += Long.BYTES;
      } else if (bytes[at] >= 0) {
        at++;
      } else {
        int length = lengthAt(bytes, at, to);
        if (length == 0) {
          return at;
        }
        at += length;
      }
    }
    return -1;
  }

  /** Length of the multi-byte character at an index; 0 if there is none. */
  private static int lengthAt(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    int length;
    int secondFrom = 0x80;
    int secondTo = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      secondFrom = lead == 0xE0 ? 0xA0 : 0x80;
      secondTo = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      secondFrom = lead == 0xF0 ? 0x90 : 0x80;
      secondTo = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
      return 0;
    }
    if (at + length > to) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    if (second < secondFrom || second > secondTo) {
      return 0;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
