package io.weir.api.observe;

/**
 * Text of a client on its way into a log: nothing in it can end a line, move a cursor or colour a
 * terminal, and it is not longer than a line should be.
 */
public final class LogText {

  /** Longer text is cut, and says so. */
  static final int MAX_CHARS = 1_024;

  private static final String CUT = "...";

  private LogText() {}

  /** Returns the text with a {@code ?} for each character that is no visible one. */
  public static String clean(String text) {
    StringBuilder cleaned = null;
    int length = Math.min(text.length(), MAX_CHARS);
    for (int i = 0; i < length; i++) {
      if (isHarmful(text.charAt(i))) {
        if (cleaned == null) {
          cleaned = new StringBuilder(text.substring(0, length));
        }
        cleaned.setCharAt(i, '?');
      }
    }
    String whole = cleaned == null ? text.substring(0, length) : cleaned.toString();
    return length < text.length() ? whole + CUT : whole;
  }

  /** Controls, ends of line and paragraph, what turns the direction, halves of characters. */
  private static boolean isHarmful(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
