package io.weir.storage.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PackedColumnTest {

  @Test
  void theWidthIsTheFewestBytesThatHoldTheValue() {
    assertEquals(0, PackedColumn.widthOf(0));
    assertEquals(1, PackedColumn.widthOf(1));
    assertEquals(1, PackedColumn.widthOf(255));
    assertEquals(2, PackedColumn.widthOf(256));
    assertEquals(4, PackedColumn.widthOf(0xffff_ffffL));
    assertEquals(8, PackedColumn.widthOf(-1));
  }

  @Test
  void aColumnOfWidthZeroIsAllZeros() {
    assertEquals(0, new PackedColumn(3, 0).get(MemorySegment.ofArray(filled(16)), 1));
  }

  @Test
  void everyWidthReadsItsOwnBytesOnly() {
    for (int width = 1; width <= 8; width++) {
      long expected = width == 8 ? -1 : (1L << (8 * width)) - 1;
      assertEquals(expected, new PackedColumn(1, width).get(MemorySegment.ofArray(filled(64)), 5));
    }
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }
}
