package io.weir.storage.query;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which rows somebody wants to hear of when they come and go: those that are near enough to a
 * vector, those that a filter lets through, or those that are both.
 *
 * <p><b>Threads:</b> safe to share as long as nobody writes to the vector.
 */
public final class Interest {
  private final float @Nullable [] vector;
  private final @Nullable Scorer scorer;
  private final float lowestRank;
  private final Optional<CheckedFilter> filter;
  private final boolean withVector;
  private final boolean withPayload;

  private Interest(
      float @Nullable [] vector,
      @Nullable Scorer scorer,
      float lowestRank,
      Optional<CheckedFilter> filter,
      boolean withVector,
      boolean withPayload) {
    this.vector = vector;
    this.scorer = scorer;
    this.lowestRank = lowestRank;
    this.filter = filter;
    this.withVector = withVector;
    this.withPayload = withPayload;
  }

  /**
   * Rows whose score is as good as a threshold, or better: not below it under {@code COSINE} and
   * {@code DOT}, not above it under {@code EUCLIDEAN}.
   *
   * @param vector borrowed for as long as the interest is used
   * @throws IllegalArgumentException if the vector does not fit the schema, or the threshold is not
   *     finite
   */
  public static Interest near(VectorSchema schema, float[] vector, float threshold) {
    if (!Float.isFinite(threshold)) {
      throw new IllegalArgumentException(
          "the threshold is " + threshold + "; allowed are finite numbers");
    }
    Scorer scorer = new Scorer(schema, vector);
    Metric metric = schema.metric();
    float lowestRank = metric.higherIsNearer() ? threshold : 0f - threshold;
    return new Interest(vector, scorer, lowestRank, Optional.empty(), false, true);
  }

  /**
   * Rows that a filter lets through.
   *
   * @throws IllegalArgumentException if the filter does not fit the fields
   */
  public static Interest of(Filter filter, DeclaredFields fields) {
    CheckedFilter checked = CheckedFilter.of(filter, fields);
    return new Interest(null, null, 0, Optional.of(checked), false, true);
  }

  /**
   * Returns this interest in those of the rows only that a filter lets through as well.
   *
   * @throws IllegalArgumentException if the filter does not fit the fields
   */
  public Interest and(Filter other, DeclaredFields fields) {
    CheckedFilter checked = CheckedFilter.of(other, fields);
    return new Interest(vector, scorer, lowestRank, Optional.of(checked), withVector, withPayload);
  }

  /**
   * Returns this interest in rows with their vectors, or without; without where nothing is said.
   */
  public Interest withVector(boolean wanted) {
    return new Interest(vector, scorer, lowestRank, filter, wanted, withPayload);
  }

  /** Returns this interest in rows with their payloads, or without; with where nothing is said. */
  public Interest withPayload(boolean wanted) {
    return new Interest(vector, scorer, lowestRank, filter, withVector, wanted);
  }

  /** Whether rows come with their vectors. */
  public boolean withVector() {
    return withVector;
  }

  /** Whether rows come with their payloads. */
  public boolean withPayload() {
    return withPayload;
  }

  /** Whether rows have a score. */
  public boolean hasVector() {
    return vector != null;
  }

  float @Nullable [] vector() {
    return vector;
  }

  @Nullable Scorer scorer() {
    return scorer;
  }

  float lowestRank() {
    return lowestRank;
  }

  Optional<CheckedFilter> filter() {
    return filter;
  }
}
