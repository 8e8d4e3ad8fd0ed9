package io.weir.ingest.decode;

/**
 * The text that a JSON string with escapes stands for, in UTF-8. Kept for the next string.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class UnescapedText {
  private static final int UNICODE_DIGITS = 4;

  private byte[] bytes = new byte[128];
  private int length;

  /** The text, up to {@link #length}. */
  byte[] bytes() {
    return bytes;
  }

  /** Bytes of the text. */
  int length() {
    return length;
  }

  /**
   * Sets it to what is between two quotes, in {@code [from, to)}.
   *
   * @return whether it is text: one half of a surrogate pair alone is none
   */
  boolean set(byte[] source, int from, int to) {
    // No escape is shorter than what it stands for.
    if (bytes.length < to - from) {
      bytes = new byte[Math.max(to - from, bytes.length * 2)];
    }
    length = 0;
    int at = from;
    while (at < to) {
      byte one = source[at++];
      if (one != '\\') {
        bytes[length++] = one;
        continue;
      }
      if (at == to) {
        return false;
      }
      byte escaped = source[at++];
      if (escaped != 'u') {
        bytes[length++] = plain(escaped);
        continue;
      }
      int character = digits(source, at, to);
      at += UNICODE_DIGITS;
      if (character >= Character.MIN_HIGH_SURROGATE && character <= Character.MAX_HIGH_SURROGATE) {
        boolean second = at + 1 < to && source[at] == '\\' && source[at + 1] == 'u';
        int low = second ? digits(source, at + 2, to) : -1;
        if (low < Character.MIN_LOW_SURROGATE || low > Character.MAX_LOW_SURROGATE) {
          return false;
        }
        at += 2 + UNICODE_DIGITS;
        character = Character.toCodePoint((char) character, (char) low);
      } else if (character < 0
          || (character >= Character.MIN_LOW_SURROGATE
              && character <= Character.MAX_LOW_SURROGATE)) {
        return false;
      }
      add(character);
    }
    return true;
  }

  private static byte plain(byte escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escaped;
    };
  }

  /** The number that four hexadecimal digits are; -1 if they are not there. */
  private static int digits(byte[] source, int from, int to) {
    if (from + UNICODE_DIGITS > to) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + UNICODE_DIGITS; i++) {
      int digit = Character.digit(source[i], 16);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  private void add(int character) {
    if (character < 0x80) {
      bytes[length++] = (byte) character;
    } else if (character < 0x800) {
      bytes[length++] = (byte) (0xC0 | character >> 6);
      bytes[length++] = continuation(character);
    } else if (character < 0x1_0000) {
      bytes[length++] = (byte) (0xE0 | character >> 12);
      bytes[length++] = continuation(character >> 6);
      bytes[length++] = continuation(character);
    } else {
      bytes[length++] = (byte) (0xF0 | character >> 18);
      bytes[length++] = continuation(character >> 12);
      bytes[length++] = continuation(character >> 6);
      bytes[length++] = continuation(character);
    }
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }
}
