package io.weir.ingest.decode;

/**
 * Text of a stranger, made fit for a log line: bounded, on one line, without control characters.
 */
final class Excerpt {
  private static final int MAX_CHARS = 200;

  private Excerpt() {}

  static String of(String text) {
    StringBuilder fit = new StringBuilder(Math.min(text.length(), MAX_CHARS + 3));
    for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
      char one = text.charAt(i);
      fit.append(Character.isISOControl(one) || Character.isSurrogate(one) ? '?' : one);
    }
    return text.length() > MAX_CHARS ? fit.append("...").toString() : fit.toString();
  }
}
