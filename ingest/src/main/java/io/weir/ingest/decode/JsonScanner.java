package io.weir.ingest.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Goes over JSON text in UTF-8 once, front to back, and takes exactly what RFC 8259 calls JSON;
 * nesting, names and numbers have a limit.
 *
 * <p>Bytes inside strings need not be UTF-8 unless a method says so: whoever keeps them checks them
 * with {@link Utf8}.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class JsonScanner {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_NAME_BYTES = 50_000;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private final NumberScanner number = new NumberScanner();
  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  /** Starts anew, with the text in {@code [from, to)}. */
  void reset(byte[] text, int from, int to) {
    bytes = text;
    at = from;
    end = to;
  }

  /** Index of the next byte. */
  int at() {
    return at;
  }

  /** Passes blanks and returns what begins behind them, which {@link #at} then points to. */
  JsonKind next() throws MalformedJsonException {
    skipBlanks();
    if (at == end) {
      return JsonKind.NOTHING;
    }
    return switch (bytes[at]) {
      case '{' -> JsonKind.START_OBJECT;
      case '[' -> JsonKind.START_ARRAY;
      case '"' -> JsonKind.VALUE_STRING;
      case 't', 'f' -> JsonKind.VALUE_BOOLEAN;
      case 'n' -> JsonKind.VALUE_NULL;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> JsonKind.VALUE_NUMBER;
      default -> throw unexpected("a value");
    };
  }

  /** Passes the bracket that {@link #next} has found. */
  void enter() {
    at++;
  }

  /**
   * Goes to the next name of an object, or past its end.
   *
   * @param first whether nothing but the bracket stands before
   * @return whether {@link #at} points to a name
   */
  boolean nextName(boolean first) throws MalformedJsonException {
    if (!nextItem('}', first)) {
      return false;
    }
    if (at == end || bytes[at] != '"') {
      throw unexpected("a name");
    }
    return true;
  }

  /** Reads the name that {@link #at} points to, and its colon. The name must be UTF-8. */
  String name() throws MalformedJsonException {
    String name = string();
    colon();
    return name;
  }

  /** Reads the string that {@link #at} points to. It must be UTF-8. */
  String string() throws MalformedJsonException {
    int from = at + 1;
    skipString();
    int to = at - 1;
    int wrong = Utf8.firstInvalid(bytes, from, to);
    if (wrong >= 0) {
      throw new MalformedJsonException(wrong, "not UTF-8");
    }
    String raw = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    return raw.indexOf('\\') < 0 ? raw : unescaped(raw);
  }

  /** Passes the number that {@link #at} points to and returns whether it is an integer. */
  boolean skipNumber() throws MalformedJsonException {
    boolean integer = number.skip(bytes, at, end);
    at = number.end();
    return integer;
  }

  /**
   * Reads numbers up to the end of the array that was {@link #enter entered}.
   *
   * @return whether it ended; otherwise {@link #at} points to an element that is no number
   */
  boolean numbers(FloatVector into) throws MalformedJsonException {
    for (boolean first = true; nextItem(']', first); first = false) {
      number.readPlain(bytes, at, end, into);
      at = number.end();
      skipBlanks();
      if (at == end || !(bytes[at] == '-' || (bytes[at] >= '0' && bytes[at] <= '9'))) {
        return false;
      }
      into.add(number.read(bytes, at, end));
      at = number.end();
    }
    return true;
  }

  /**
   * Checks and passes the value that {@link #at} points to.
   *
   * @param depth number of objects and arrays around it
   */
  void skipValue(int depth) throws MalformedJsonException {
    switch (next()) {
      case START_OBJECT -> skipObject(depth + 1);
      case START_ARRAY -> skipArray(depth + 1);
      case VALUE_STRING -> skipString();
      case VALUE_NUMBER -> {
        var _ = skipNumber();
      }
      case VALUE_BOOLEAN -> skipLiteral(bytes[at] == 't' ? "true" : "false");
      case VALUE_NULL -> skipLiteral("null");
      case NOTHING -> throw unexpected("a value");
    }
  }

  /** Passes blanks and requires that nothing follows. */
  void requireEnd(String whole) throws MalformedJsonException {
    skipBlanks();
    if (at != end) {
      throw new MalformedJsonException(at, "there is more after " + whole);
    }
  }

  private void skipObject(int depth) throws MalformedJsonException {
    checkDepth(depth);
    at++;
    for (boolean first = true; nextName(first); first = false) {
      int from = at;
      skipString();
      if (at - from > MAX_NAME_BYTES) {
        throw new MalformedJsonException(from, "a name has more than " + MAX_NAME_BYTES + " bytes");
      }
      colon();
      skipValue(depth);
    }
  }

  private void skipArray(int depth) throws MalformedJsonException {
    checkDepth(depth);
    at++;
    for (boolean first = true; nextItem(']', first); first = false) {
      skipValue(depth);
    }
  }

  private void checkDepth(int depth) throws MalformedJsonException {
    if (depth > MAX_DEPTH) {
      throw new MalformedJsonException(at, "nested more than " + MAX_DEPTH + " deep");
    }
  }

  /** Goes to the next item behind a comma, or past the closing bracket. */
  private boolean nextItem(char closing, boolean first) throws MalformedJsonException {
    skipBlanks();
    if (at < end && bytes[at] == closing) {
      at++;
      return false;
    }
    if (!first) {
      if (at == end || bytes[at] != ',') {
        throw unexpected("a comma or " + closing);
      }
      at++;
      skipBlanks();
    }
    return true;
  }

  private void colon() throws MalformedJsonException {
    skipBlanks();
    if (at == end || bytes[at] != ':') {
      throw unexpected("a colon");
    }
    at++;
  }

  private void skipBlanks() {
    while (at < end && isBlank(bytes[at])) {
      at++;
    }
  }

  private static boolean isBlank(byte one) {
    return one == ' ' || one == '\n' || one == '\r' || one == '\t';
  }

  private void skipLiteral(String literal) throws MalformedJsonException {
    for (int i = 0; i < literal.length(); i++, at++) {
      if (at == end || bytes[at] != literal.charAt(i)) {
        throw unexpected(literal);
      }
    }
  }

  private void skipString() throws MalformedJsonException {
    at++;
    while (true) {
      while (at + Long.BYTES <= end && isPlain(bytes, at)) {
        at += Long.BYTES;
      }
      if (at == end) {
        throw unexpected("the end of a string");
      }
      byte one = bytes[at];
      if (one == '"') {
        at++;
        return;
      }
      if (one == '\\') {
        skipEscape();
      } else if (one >= 0 && one < ' ') {
        throw new MalformedJsonException(at, "a control character in a string");
      } else {
        at++;
      }
    }
  }

  /** Whether none of eight bytes is a quote, a backslash or a control character. */
  static boolean isPlain(byte[] bytes, int from) {
    long eight = (long) LONGS.get(bytes, from);
    long quotes = eight ^ ONES * '"';
    long backslashes = eight ^ ONES * '\\';
    long found =
        ((quotes - ONES) & ~quotes)
            | ((backslashes - ONES) & ~backslashes)
            | ((eight - ONES * ' ') & ~eight);
    return (found & HIGH_BITS) == 0;
  }

  private void skipEscape() throws MalformedJsonException {
    at++;
    if (at == end) {
      throw unexpected("an escape");
    }
    switch (bytes[at]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
      case 'u' -> {
        at++;
        for (int digits = 0; digits < 4; digits++, at++) {
          if (at == end || Character.digit(bytes[at], 16) < 0) {
            throw unexpected("a hexadecimal digit");
          }
        }
      }
      default -> throw unexpected("an escape");
    }
  }

  /** The escapes are checked already. */
  private static String unescaped(String raw) {
    StringBuilder text = new StringBuilder(raw.length());
    int at = 0;
    while (at < raw.length()) {
      char one = raw.charAt(at++);
      if (one != '\\') {
        text.append(one);
        continue;
      }
      char escaped = raw.charAt(at++);
      switch (escaped) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(raw, at, at + 4, 16));
          at += 4;
        }
        default -> text.append(escaped);
      }
    }
    return text.toString();
  }

  private MalformedJsonException unexpected(String expected) {
    if (at == end) {
      return new MalformedJsonException(at, "expected " + expected + ", found the end");
    }
    int one = bytes[at] & 0xFF;
    String found =
        one > ' ' && one < 0x7F ? String.valueOf((char) one) : "0x" + Integer.toHexString(one);
    return new MalformedJsonException(at, "expected " + expected + ", found " + found);
  }
}
