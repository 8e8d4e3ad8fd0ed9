package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

  @ParameterizedTest
  @CsvSource({
    "readAllLines, read all line",
    "Read all lines!, read all line",
    "HTTPClient, http client",
    "getURL, get url",
    "java.util.Map#computeIfAbsent, java util map compute if absent",
    "Base64, base 64",
    "int32ToBytes, int 32 to byte",
    "SNAKE_CASE, snake case",
    "'byte[]', byte",
  })
  void splitsNamesAndSentencesAlike(String text, String words) {
    assertEquals(words, String.join(" ", Words.of(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "entries, entry",
    "classes, class",
    "boxes, box",
    "matches, match",
    "files, file",
    "status, status",
    "class, class",
    "this, this",
    "analysis, analysis",
    "gas, gas",
    "ties, tie",
  })
  void cutsPluralEndings(String plural, String singular) {
    assertEquals(singular, String.join(" ", Words.of(plural)));
  }

  @ParameterizedTest
  @CsvSource({"''", "' '", "'#()'"})
  void findsNoWordsInTextWithoutLetters(String text) {
    assertEquals(0, Words.of(text).size());
  }
}
