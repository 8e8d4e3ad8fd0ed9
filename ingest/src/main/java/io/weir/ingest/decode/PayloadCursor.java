package io.weir.ingest.decode;

/**
 * Goes over the JSON of a payload that has been taken in: it is JSON, so next to nothing is
 * checked. On other bytes it finds anything, but comes to an end and stays within them.
 *
 * <p>Not a {@link JsonScanner}: that one tells good text from bad, and has limits of depth and
 * names, which payloads that Weir itself wrote from Avro or Protobuf may pass.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class PayloadCursor {
  /** What {@link #peek} returns at the end. */
  static final byte END = 0;

  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private int from;
  private int to;
  private boolean escaped;

  /** Starts anew, at the beginning of the first so many bytes of a text. */
  void reset(byte[] text, int length) {
    bytes = text;
    at = 0;
    end = length;
  }

  /** The text. */
  byte[] bytes() {
    return bytes;
  }

  /** Index of the next byte. */
  int at() {
    return at;
  }

  /** Goes to a place that it has been at. */
  void moveTo(int place) {
    at = place;
  }

  /** Passes blanks and returns the byte that comes then. */
  byte peek() {
    while (at < end && bytes[at] <= ' ' && bytes[at] >= 0) {
      at++;
    }
    return at < end ? bytes[at] : END;
  }

  /** Passes the bracket that {@link #peek} has found. */
  void enter() {
    at++;
  }

  /** Goes to the next item of an object or array, or past its end. Returns whether there is one. */
  boolean nextItem() {
    byte next = peek();
    if (next == ',') {
      at++;
      next = peek();
    }
    if (next != ']' && next != '}') {
      return next != END;
    }
    at++;
    return false;
  }

  /**
   * Passes a name and its colon; {@link #from} and {@link #to} are around it. Returns whether there
   * was one.
   */
  boolean name() {
    if (peek() != '"') {
      at = end;
      return false;
    }
    string();
    if (peek() == ':') {
      at++;
    }
    return true;
  }

  /** Passes a string; {@link #from} and {@link #to} are around what is between its quotes. */
  void string() {
    int next = at + 1;
    from = Math.min(next, end);
    escaped = false;
    while (true) {
      while (next + Long.BYTES <= end && JsonScanner.isPlain(bytes, next)) {
        next += Long.BYTES;
      }
      if (next >= end) {
        to = end;
        at = end;
        return;
      }
      if (bytes[next] == '"') {
        to = next;
        at = next + 1;
        return;
      }
      boolean escape = bytes[next] == '\\';
      escaped |= escape;
      next += escape ? 2 : 1;
    }
  }

  /** Passes a number; {@link #from} and {@link #to} are around it. */
  void number() {
    from = at;
    while (at < end && isOfNumber(bytes[at])) {
      at++;
    }
    to = at;
  }

  private static boolean isOfNumber(byte one) {
    return (one >= '0' && one <= '9')
        || one == '.'
        || one == '-'
        || one == '+'
        || one == 'e'
        || one == 'E';
  }

  /** Index of the first byte of what was passed last. */
  int from() {
    return from;
  }

  /** Index behind the last byte of what was passed last. */
  int to() {
    return to;
  }

  /** Whether the string that was passed last has escapes in it. */
  boolean escaped() {
    return escaped;
  }

  /** Passes a value of any kind, however deep. */
  void skipValue() {
    switch (peek()) {
      case '"' -> string();
      case '{', '[' -> skipNested();
      default -> skipWord();
    }
  }

  private void skipNested() {
    int depth = 0;
    while (at < end) {
      byte one = bytes[at];
      if (one == '"') {
        string();
        continue;
      }
      at++;
      if (one == '{' || one == '[') {
        depth++;
      } else if ((one == '}' || one == ']') && --depth == 0) {
        return;
      }
    }
  }

  /** A number, true, false or null. */
  private void skipWord() {
    if (at < end) {
      at++;
    }
    while (at < end
        && bytes[at] > ' '
        && bytes[at] != ','
        && bytes[at] != '}'
        && bytes[at] != ']') {
      at++;
    }
  }
}
