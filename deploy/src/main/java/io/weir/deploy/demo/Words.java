package io.weir.deploy.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits identifiers and sentences into words in the same way, so that {@code readAllLines} and
 * "read all lines" are the same words.
 *
 * <p>Words end at everything that is no letter or digit, between a small and a capital letter
 * ({@code readAll}), before the last of several capitals that a small letter follows ({@code
 * HTTPClient}), and between letters and digits. They are lower-cased, and an English plural ending
 * is cut by rule of thumb: {@code lines} to {@code line}, {@code entries} to {@code entry}, {@code
 * classes} to {@code class}; {@code status}, {@code this} and {@code class} stay.
 */
final class Words {

  /** Words that say little about what is meant. */
  private static final Set<String> STOP_WORDS =
      Set.of(
          "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it",
          "its", "of", "on", "or", "that", "the", "this", "to", "with");

  private static final Pattern WORD =
      Pattern.compile("\\p{Lu}+(?!\\p{Ll})|\\p{Lu}?\\p{Ll}+|\\p{N}+|[\\p{L}&&[^\\p{Lu}\\p{Ll}]]+");

  /** A word this short is not taken for a plural. */
  private static final int SHORTEST_PLURAL = 4;

  private Words() {}

  /** Returns the words in their order; none if there is neither letter nor digit. */
  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(singular(text.substring(matcher.start(), matcher.end()).toLowerCase(Locale.ROOT)));
    }
    return words;
  }

  static boolean isStopWord(String word) {
    return STOP_WORDS.contains(word);
  }

  private static String singular(String word) {
    if (word.length() < SHORTEST_PLURAL
        || !word.endsWith("s")
        || endsWithAny(word, "ss", "us", "is")) {
      return word;
    }
    if (word.length() > SHORTEST_PLURAL && word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    int ending = endsWithAny(word, "sses", "xes", "ches", "shes") ? 2 : 1;
    return word.substring(0, word.length() - ending);
  }

  private static boolean endsWithAny(String word, String... endings) {
    for (String ending : endings) {
      if (word.endsWith(ending)) {
        return true;
      }
    }
    return false;
  }
}
