package io.weir.storage.query;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Interests that one row meets, with its scores.
 *
 * <p><b>Threads:</b> one, until nothing is added any more.
 */
final class Matches {
  private static final int FIRST_ROOM = 4;

  /** None; nothing is added to it. */
  static final Matches NONE = new Matches(0);

  private int[] interests;
  private float[] scores;
  private int count;

  private Matches(int room) {
    this.interests = new int[room];
    this.scores = new float[room];
  }

  /** Returns these and one more: this object, or one in place of {@link #NONE}. */
  Matches with(int interest, float score) {
    Matches to = this == NONE ? new Matches(FIRST_ROOM) : this;
    to.add(interest, score);
    return to;
  }

  private void add(int interest, float score) {
    if (count == interests.length) {
      interests = Arrays.copyOf(interests, 2 * count);
      scores = Arrays.copyOf(scores, 2 * count);
    }
    interests[count] = interest;
    scores[count++] = score;
  }

  int count() {
    return count;
  }

  int interest(int index) {
    return interests[index];
  }

  float score(int index) {
    return scores[index];
  }

  /** Those that are not among others. */
  int[] without(Matches others) {
    BitSet known = new BitSet();
    for (int i = 0; i < others.count; i++) {
      known.set(others.interests[i]);
    }
    return Arrays.stream(interests, 0, count).filter(interest -> !known.get(interest)).toArray();
  }
}
