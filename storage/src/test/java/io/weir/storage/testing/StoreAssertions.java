package io.weir.storage.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.VectorCollection;
import io.weir.storage.query.Hit;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Compares a collection with the model of it. */
public final class StoreAssertions {
  private static final double TOLERANCE = 2e-5;

  private StoreAssertions() {}

  /** Every key's row is bit for bit the model's; keys that the model lacks are not there. */
  public static void assertRows(
      ModelStore model,
      VectorCollection collection,
      Collection<String> keys,
      Supplier<String> message)
      throws IOException {
    assertRows(model, collection, keys, Map.of(), message);
  }

  /** As {@link #assertRows}, as of earlier positions of some partitions. */
  public static void assertRows(
      ModelStore model,
      VectorCollection collection,
      Collection<String> keys,
      Map<Integer, Long> asOf,
      Supplier<String> message)
      throws IOException {
    for (String key : keys) {
      ModelStore.Row expected = model.rows().get(key);
      Optional<StoredRow> found = asOf.isEmpty() ? collection.get(key) : collection.get(key, asOf);
      assertEquals(expected != null, found.isPresent(), () -> key + " is there; " + message.get());
      if (expected == null) {
        continue;
      }
      StoredRow actual = found.orElseThrow();
      assertEquals(key, actual.key(), message);
      assertEquals(expected.offset(), actual.offset(), () -> key + "; " + message.get());
      assertEquals(1_000 + expected.offset(), actual.timestampMillis(), message);
      assertArrayEquals(bits(expected.vector()), bits(actual.vector()), message);
      assertEquals(
          expected.payload(), new String(actual.payload(), StandardCharsets.UTF_8), message);
    }
  }

  /** A search finds what brute force finds; keys whose scores differ by rounding may swap. */
  public static void assertSearch(
      ModelStore model, VectorCollection collection, float[] query, int k, Supplier<String> message)
      throws IOException {
    assertHits(model, collection, KnnQuery.nearest(query, k), message);
  }

  /** As {@link #assertSearch}, for any query. */
  public static void assertHits(
      ModelStore model, VectorCollection collection, KnnQuery knn, Supplier<String> message)
      throws IOException {
    Metric metric = collection.schema().metric();
    float[] query = knn.vector();
    List<ModelStore.Scored> ranking = model.ranking(metric, query);
    List<Hit> hits = collection.search(knn).hits();
    assertEquals(Math.min(knn.k(), ranking.size()), hits.size(), message);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < hits.size(); i++) {
      Hit hit = hits.get(i);
      String key = hit.row().key();
      assertTrue(model.rows().containsKey(key), () -> key + " is dead; " + message.get());
      ModelStore.Row row = Objects.requireNonNull(model.rows().get(key));
      assertTrue(seen.add(key), () -> key + " found twice; " + message.get());
      assertEquals(row.offset(), hit.row().offset(), message);
      double exact = ModelStore.score(metric, query, row.vector());
      double scale = Math.max(1, Math.abs(exact));
      assertEquals(exact, hit.score(), TOLERANCE * scale, message);
      assertEquals(ranking.get(i).score(), hit.score(), TOLERANCE * scale, message);
    }
  }

  /** A figure is another one, give or take. */
  public static void assertNear(long expected, long actual, long tolerance) {
    assertTrue(
        Math.abs(actual - expected) <= tolerance,
        () -> actual + " is not " + expected + ", give or take " + tolerance);
  }

  private static int[] bits(float[] vector) {
    int[] bits = new int[vector.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(vector[i]);
    }
    return bits;
  }
}
