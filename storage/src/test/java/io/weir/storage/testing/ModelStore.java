package io.weir.storage.testing;

import io.weir.storage.record.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What a collection should hold: a plain map, searched by brute force in double precision. */
public final class ModelStore {
  private final Map<String, Row> rows;

  /** Empty. */
  public ModelStore() {
    this.rows = new TreeMap<>();
  }

  private ModelStore(Map<String, Row> rows) {
    this.rows = new TreeMap<>(rows);
  }

  /** A row: immutable by agreement. */
  @SuppressWarnings("ArrayRecordComponent") // compared by the tests, component by component
  public record Row(long offset, float[] vector, String payload) {}

  /** A key and its score. */
  public record Scored(String key, double score) {}

  /** Puts a row. */
  public void put(String key, long offset, float[] vector, String payload) {
    rows.put(key, new Row(offset, vector, payload));
  }

  /** Removes a row. */
  public void remove(String key) {
    rows.remove(key);
  }

  /** The rows by key. */
  public Map<String, Row> rows() {
    return rows;
  }

  /** A copy that does not follow later changes. */
  public ModelStore copy() {
    return new ModelStore(rows);
  }

  /** A copy with some of the rows only. */
  public ModelStore only(Predicate<Row> wanted) {
    ModelStore some = copy();
    some.rows.values().removeIf(wanted.negate());
    return some;
  }

  /** All rows, nearest first. */
  public List<Scored> ranking(Metric metric, float[] query) {
    List<Scored> all = new ArrayList<>();
    rows.forEach((key, row) -> all.add(new Scored(key, score(metric, query, row.vector()))));
    Comparator<Scored> byScore = Comparator.comparingDouble(Scored::score);
    all.sort(metric.higherIsNearer() ? byScore.reversed() : byScore);
    return all;
  }

  /** The score of one vector, in double precision. */
  public static double score(Metric metric, float[] query, float[] vector) {
    double dot = 0;
    double querySquares = 0;
    double squares = 0;
    double distance = 0;
    for (int i = 0; i < query.length; i++) {
      dot += (double) query[i] * vector[i];
      querySquares += (double) query[i] * query[i];
      squares += (double) vector[i] * vector[i];
      distance += ((double) query[i] - vector[i]) * ((double) query[i] - vector[i]);
    }
    return switch (metric) {
      case COSINE -> dot / Math.sqrt(querySquares) / Math.sqrt(squares);
      case DOT -> dot;
      case EUCLIDEAN -> Math.sqrt(distance);
    };
  }
}
