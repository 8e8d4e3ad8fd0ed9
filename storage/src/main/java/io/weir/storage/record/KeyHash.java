package io.weir.storage.record;

import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The hash of a key: SipHash-1-3 under the store's own seed, so that nobody who can choose keys can
 * choose collisions.
 *
 * <p>Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF" (2012), with one
 * compression and three finalization rounds.
 *
 * @param seed0 low half of the seed
 * @param seed1 high half of the seed
 */
public record KeyHash(long seed0, long seed1) {

  /** Returns the hash of all bytes of {@code key}. */
  public long of(MemorySegment key) {
    return of(key, 0, key.byteSize());
  }

  /** Returns the hash of {@code length} bytes from {@code start}. */
  public long of(MemorySegment bytes, long start, long length) {
    long v0 = seed0 ^ 0x736f6d6570736575L;
    long v1 = seed1 ^ 0x646f72616e646f6dL;
    long v2 = seed0 ^ 0x6c7967656e657261L;
    long v3 = seed1 ^ 0x7465646279746573L;
    long wholeEnd = start + (length & ~7L);
    // The last round takes the left-over bytes and the length; then three rounds finish.
    for (long at = start; ; at += Long.BYTES) {
      boolean last = at == wholeEnd;
      long word = last ? tail(bytes, at, start + length, length) : bytes.get(LittleEndian.LONG, at);
      v3 ^= word;
      for (int round = 0; round < (last ? 4 : 1); round++) {
        if (round == 1) {
          v0 ^= word;
          v2 ^= 0xff;
        }
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      if (last) {
        return v0 ^ v1 ^ v2 ^ v3;
      }
      v0 ^= word;
    }
  }

  private static long tail(MemorySegment bytes, long from, long end, long length) {
    long word = length << 56;
    for (long at = from; at < end; at++) {
      word |= (bytes.get(ValueLayout.JAVA_BYTE, at) & 0xffL) << (8 * (at - from));
    }
    return word;
  }
}
