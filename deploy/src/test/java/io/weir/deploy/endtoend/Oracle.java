package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.VectorCollection;
import io.weir.storage.query.Hit;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a collection must hold after all records that were sent: the last one of each key wins. */
final class Oracle {
  private static final double TOLERANCE = 1e-5;

  private final Map<String, float[]> vectors = new TreeMap<>();
  private final Set<String> keys = new TreeSet<>();

  synchronized void put(String key, float[] vector) {
    keys.add(key);
    vectors.put(key, vector);
  }

  synchronized void delete(String key) {
    keys.add(key);
    vectors.remove(key);
  }

  synchronized int rows() {
    return vectors.size();
  }

  synchronized Map<String, float[]> vectors() {
    return new TreeMap<>(vectors);
  }

  /** Every key that was ever sent is there, bit for bit, or gone. */
  synchronized void assertHolds(VectorCollection collection, String message) throws IOException {
    for (String key : keys) {
      float[] expected = vectors.get(key);
      Optional<StoredRow> row = collection.get(key);
      assertEquals(expected != null, row.isPresent(), () -> key + ", " + message);
      if (expected != null) {
        assertBits(expected, row.orElseThrow().vector(), key + ", " + message);
      }
    }
  }

  static void assertBits(float[] expected, float[] actual, String message) {
    assertArrayEquals(bits(expected), bits(actual), message);
  }

  private static int[] bits(float[] vector) {
    int[] bits = new int[vector.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(vector[i]);
    }
    return bits;
  }

  /** A search by cosine finds what brute force finds; scores that differ by rounding may swap. */
  synchronized void assertSearch(VectorCollection collection, float[] query, int k, String message)
      throws IOException {
    List<Double> best =
        vectors.values().stream()
            .map(vector -> cosine(query, vector))
            .sorted(Comparator.reverseOrder())
            .limit(k)
            .toList();
    List<Hit> hits = collection.search(KnnQuery.nearest(query, k)).hits();
    assertEquals(best.size(), hits.size(), message);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < hits.size(); i++) {
      String key = hits.get(i).row().key();
      assertTrue(seen.add(key), () -> key + " found twice, " + message);
      assertTrue(vectors.containsKey(key), () -> key + " is dead, " + message);
      double exact = cosine(query, Objects.requireNonNull(vectors.get(key)));
      assertEquals(exact, hits.get(i).score(), TOLERANCE, () -> key + ", " + message);
      assertEquals(best.get(i), hits.get(i).score(), TOLERANCE, () -> key + ", " + message);
    }
  }

  private static double cosine(float[] one, float[] other) {
    double dot = 0;
    double oneSquares = 0;
    double otherSquares = 0;
    for (int i = 0; i < one.length; i++) {
      dot += (double) one[i] * other[i];
      oneSquares += (double) one[i] * one[i];
      otherSquares += (double) other[i] * other[i];
    }
    return dot / Math.sqrt(oneSquares) / Math.sqrt(otherSquares);
  }
}
