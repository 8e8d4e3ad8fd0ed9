package io.weir.storage.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class KeyHashTest {

  /** Key 00..0f; the reference implementation's key of its published vectors. */
  private static final KeyHash REFERENCE_KEY =
      new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @Test
  void theHashIsSipHash13() {
    // SipHash-1-3 of 0 and of 15 bytes 00 01 .. under the reference key.
    assertEquals(0xabac0158050fc4dcL, REFERENCE_KEY.of(counting(0)));
    assertEquals(0xd320d86d2a519956L, REFERENCE_KEY.of(counting(15)));
  }

  private static MemorySegment counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return MemorySegment.ofArray(bytes);
  }

  @Test
  void aRangeHashesAsItsCopyDoes() {
    MemorySegment all = counting(64);
    for (int from = 0; from < 20; from++) {
      for (int length = 0; length < 40; length++) {
        assertEquals(
            REFERENCE_KEY.of(all.asSlice(from, length)), REFERENCE_KEY.of(all, from, length));
      }
    }
  }

  @Test
  void anotherSeedIsAnotherHash() {
    assertNotEquals(new KeyHash(1, 2).of(counting(8)), new KeyHash(2, 1).of(counting(8)));
  }
}
