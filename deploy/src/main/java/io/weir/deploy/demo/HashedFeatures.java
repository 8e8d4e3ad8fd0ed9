package io.weir.deploy.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects weighted features of a text and hashes them into a vector.
 *
 * <p>Features are words, pairs of neighbouring words, and the words' pieces of 3 to 5 characters
 * (with marks at both ends), which let related forms such as {@code reading} and {@code read} meet.
 * A feature that comes again counts less each time: its weight is the root of the sum of squares.
 *
 * <p>Each feature adds to {@value #SPREAD} components that its hash chooses, with signs that its
 * hash chooses. Features that collide then disturb each other a little and in both directions
 * instead of being taken for one another.
 */
final class HashedFeatures {

  private static final int SPREAD = 8;
  private static final int SHORTEST_PIECE = 3;
  private static final int LONGEST_PIECE = 5;

  /** A stop word counts this much of another word; it is not dropped, a text may have no other. */
  private static final double STOP_WORD_WEIGHT = 0.2;

  /** All pieces of a word together, against the word. */
  private static final double PIECES_WEIGHT = 0.5;

  private static final char WORD = 'w';
  private static final char PAIR = 'p';
  private static final char PIECE = 'c';

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final Map<String, Double> wordEnergies = new LinkedHashMap<>();
  private final Map<String, Double> pairEnergies = new LinkedHashMap<>();

  /** Adds words. */
  void words(List<String> words, double weight) {
    for (String word : words) {
      double own = Words.isStopWord(word) ? weight * STOP_WORD_WEIGHT : weight;
      wordEnergies.merge(word, own * own, Double::sum);
    }
  }

  /** Adds the pairs of neighbouring words; stop words are passed over. */
  void pairs(List<String> words, double weight) {
    String previous = "";
    for (String word : words) {
      if (!Words.isStopWord(word)) {
        if (!previous.isEmpty()) {
          pairEnergies.merge(previous + ' ' + word, weight * weight, Double::sum);
        }
        previous = word;
      }
    }
  }

  /**
   * Returns the vector, of length 1. Where nothing was added it is the vector of the empty word:
   * the zero vector has no direction to compare.
   *
   * @param dimension a power of two
   */
  float[] vector(int dimension) {
    float[] vector = new float[dimension];
    if (wordEnergies.isEmpty()) {
      add(vector, hash("", 0, 0, WORD), 1);
    }
    wordEnergies.forEach((word, energy) -> addWord(vector, word, Math.sqrt(energy)));
    pairEnergies.forEach(
        (pair, energy) -> add(vector, hash(pair, 0, pair.length(), PAIR), Math.sqrt(energy)));
    return normalised(vector);
  }

  private static void addWord(float[] vector, String word, double weight) {
    add(vector, hash(word, 0, word.length(), WORD), weight);
    String marked = "<" + word + ">";
    int pieces = 0;
    for (int length = SHORTEST_PIECE; length <= LONGEST_PIECE; length++) {
      pieces += Math.max(0, marked.length() - length + 1);
    }
    double pieceWeight = weight * PIECES_WEIGHT / Math.sqrt(pieces);
    for (int length = SHORTEST_PIECE; length <= LONGEST_PIECE; length++) {
      for (int start = 0; start + length <= marked.length(); start++) {
        add(vector, hash(marked, start, start + length, PIECE), pieceWeight);
      }
    }
  }

  private static void add(float[] vector, long hash, double weight) {
    float share = (float) (weight / Math.sqrt(SPREAD));
    long state = hash;
    for (int i = 0; i < SPREAD; i++) {
      state = mix(state + GOLDEN_GAMMA);
      vector[(int) state & (vector.length - 1)] += state < 0 ? -share : share;
    }
  }

  private static float[] normalised(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    double norm = Math.sqrt(squares);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / norm);
    }
    return vector;
  }

  /** FNV-1a over the characters, finished by {@link #mix}; the kind keeps features apart. */
  private static long hash(String text, int start, int end, char kind) {
    long hash = (FNV_OFFSET ^ kind) * FNV_PRIME;
    for (int i = start; i < end; i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return mix(hash);
  }

  /** The finisher of SplitMix64. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
