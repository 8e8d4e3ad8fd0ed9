package io.weir.ingest.decode;

/**
 * Reads integers of variable length, seven bits a byte, the lowest first.
 *
 * <p>After a failure every number is 0 and {@link #failed} says so.
 */
final class Varints {
  private static final int LONGEST_BYTES = 10;

  private final byte[] bytes;
  private final int end;
  private int at;
  private boolean failed;

  Varints(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /** Index of the next byte. */
  int at() {
    return at;
  }

  /** Whether a number was cut off or too long. */
  boolean failed() {
    return failed;
  }

  /** Reads a signed number: 0, -1, 1, -2 ... are written as 0, 1, 2, 3 ... */
  long zigzag() {
    long unsigned = 0;
    for (int i = 0; i < LONGEST_BYTES && at + i < end; i++) {
      byte one = bytes[at + i];
      unsigned |= (one & 0x7FL) << (7 * i);
      if (one >= 0) {
        at += i + 1;
        return (unsigned >>> 1) ^ -(unsigned & 1);
      }
    }
    failed = true;
    return 0;
  }
}
