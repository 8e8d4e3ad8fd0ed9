package io.weir.deploy.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Suggestion {

  /** More slips than this in one name are not a typing error. */
  private static final int MAX_SLIPS = 2;

  private Suggestion() {}

  /**
   * Returns the candidate with the fewest slips, if it has few enough: no more than {@value
   * #MAX_SLIPS}, and fewer than a third of the candidate's letters. Case, {@code -} and {@code _}
   * do not count.
   */
  static Optional<String> of(String word, Collection<String> candidates) {
    String plainWord = plain(word);
    String best = null;
    int fewest = MAX_SLIPS + 1;
    for (String candidate : candidates) {
      String plainCandidate = plain(candidate);
      int slips = slips(plainWord, plainCandidate);
      if (slips < fewest && slips * 3 < plainCandidate.length()) {
        best = candidate;
        fewest = slips;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Counts the letters to insert, drop, change or swap with their neighbour. */
  private static int slips(String a, String b) {
    if (Math.abs(a.length() - b.length()) > MAX_SLIPS) {
      return MAX_SLIPS + 1;
    }
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(last[j - 1] + changed, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
