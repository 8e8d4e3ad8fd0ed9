package io.weir.storage.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A part of a file that is being looked at, and where what is wrong with it goes.
 *
 * @param findings the collector
 * @param file the file
 * @param start where the part begins in the file
 * @param name what it is
 */
record Part(Findings findings, Path file, long start, String name) {

  /** A part of this one. */
  Part at(long offset, String inner) {
    return new Part(findings, file, start + offset, name.isEmpty() ? inner : name + ", " + inner);
  }

  void found(String field, long at, long bytes, Object expected, Object actual) {
    long from = start + at;
    findings.add(
        new Finding(
            file,
            from,
            from + bytes,
            name.isEmpty() ? field : name + ", " + field,
            String.valueOf(expected),
            String.valueOf(actual)));
  }

  void unreadable(long at, long bytes, IOException why) {
    found("reading", at, bytes, "bytes that can be read", why);
  }

  /** Returns whether it is so; if not, that is a finding. */
  boolean require(boolean so, String field, long at, long bytes, Object expected, Object actual) {
    if (!so) {
      found(field, at, bytes, expected, actual);
    }
    return so;
  }

  boolean same(String field, long at, long bytes, long expected, long actual) {
    return require(expected == actual, field, at, bytes, expected, actual);
  }

  boolean same(String field, long at, long bytes, Object expected, Object actual) {
    return require(expected.equals(actual), field, at, bytes, expected, actual);
  }

  /** For magics, checksums and bits. */
  boolean sameHex(String field, long at, int expected, int actual) {
    return require(expected == actual, field, at, Integer.BYTES, hex(expected), hex(actual));
  }

  /** Bytes of a buffer that begins where the part does must be zero. */
  void zeros(String field, ByteBuffer bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes.get(at) != 0) {
        found(field, at, 1, "zero", "0x" + String.format(Locale.ROOT, "%02x", bytes.get(at)));
        return;
      }
    }
  }

  static String hex(int value) {
    return "0x" + String.format(Locale.ROOT, "%08x", value);
  }
}
