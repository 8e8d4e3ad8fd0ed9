package io.weir.api.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that have come and have not been read yet. */
final class UnreadBytes {

  private static final int FIRST_BYTES = 16 << 10;

  private final int most;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int from;
  private int to;

  /**
   * There is none.
   *
   * @param most so many may be unread after a piece has been read
   */
  UnreadBytes(int most) {
    this.most = most;
  }

  int count() {
    return to - from;
  }

  /** Puts a piece behind the others. */
  void add(byte[] piece) {
    if (count() > most) {
      throw new UnreadableAnswer("a row has more than " + most + " bytes");
    }
    if (to + piece.length > bytes.length) {
      int unread = count();
      byte[] larger =
          unread + piece.length > bytes.length
              ? new byte[Math.max(2 * bytes.length, unread + piece.length)]
              : bytes;
      System.arraycopy(bytes, from, larger, 0, unread);
      bytes = larger;
      from = 0;
      to = unread;
    }
    System.arraycopy(piece, 0, bytes, to, piece.length);
    to += piece.length;
  }

  /** How many come before a byte, looked for behind those that were seen; -1 if it is not there. */
  int find(byte wanted, int seen) {
    for (int i = from + seen; i < to; i++) {
      if (bytes[i] == wanted) {
        return i - from;
      }
    }
    return -1;
  }

  /** Takes some away, as a copy. */
  byte[] take(int count) {
    byte[] taken = Arrays.copyOfRange(bytes, from, from + count);
    from += count;
    return taken;
  }

  /** Takes some away without looking at them. */
  void skip(int count) {
    from += count;
  }

  /** What is there, little-endian, until the next piece is added. */
  ByteBuffer look() {
    return ByteBuffer.wrap(bytes, from, count()).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
