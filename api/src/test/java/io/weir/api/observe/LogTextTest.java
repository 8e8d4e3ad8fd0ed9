package io.weir.api.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTest {

  @Test
  void ordinaryTextIsLeftAlone() {
    String text = "/v1/collections/docs/vectors/Käse%2F1 \"quoted\" \\ 価格";
    assertEquals(text, LogText.clean(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0x0A, end of line",
    "0x0D, return",
    "0x1B, escape of a terminal",
    "0x00, zero",
    "0x09, tab",
    "0x7F, delete",
    "0x85, next line",
    "0x9B, escape of a terminal in one byte",
    "0x2028, end of line of Unicode",
    "0x2029, end of paragraph",
    "0x202E, right to left",
    "0x200B, no width",
    "0xFEFF, byte order mark",
    "0xD800, half a character"
  })
  void whatCouldForgeALineIsNot(String code, String what) {
    char harmful = (char) Integer.decode(code).intValue();
    assertEquals("a?b", LogText.clean("a" + harmful + "b"), what);
  }

  @Test
  void longTextIsCutAndSaysSo() {
    String longest = "x".repeat(LogText.MAX_CHARS);
    assertEquals(longest, LogText.clean(longest));
    assertEquals(longest + "...", LogText.clean(longest + "y"));
  }
}
