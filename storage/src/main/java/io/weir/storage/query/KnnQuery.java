package io.weir.storage.query;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A question for the k nearest vectors.
 *
 * <p><b>Threads:</b> safe to share as long as nobody writes to the vector.
 */
public final class KnnQuery {

  /** The most neighbours that one query may ask for. */
  public static final int MAX_K = 1_000;

  private final float[] vector;
  private final int k;
  private final boolean withVector;
  private final boolean withPayload;
  private final Map<Integer, Long> asOf;
  private final Optional<HitPlace> after;
  private final Optional<Filter> filter;
  private final Optional<HitBudget> budget;
  private final BooleanSupplier cancelled;

  private KnnQuery(
      float[] vector,
      int k,
      boolean withVector,
      boolean withPayload,
      Map<Integer, Long> asOf,
      Optional<HitPlace> after,
      Optional<Filter> filter,
      Optional<HitBudget> budget,
      BooleanSupplier cancelled) {
    this.vector = vector;
    this.k = k;
    this.withVector = withVector;
    this.withPayload = withPayload;
    this.asOf = asOf;
    this.after = after;
    this.filter = filter;
    this.budget = budget;
    this.cancelled = cancelled;
  }

  /**
   * Asks for the {@code k} nearest, with payloads and without vectors.
   *
   * @param vector the query, as many components as the collection has; borrowed until the search
   *     returns
   * @throws IllegalArgumentException if {@code k} is not 1..{@link #MAX_K}
   */
  public static KnnQuery nearest(float[] vector, int k) {
    if (k < 1 || k > MAX_K) {
      throw new IllegalArgumentException("k is " + k + "; allowed are 1 to " + MAX_K);
    }
    return new KnnQuery(
        vector,
        k,
        false,
        true,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        () -> false);
  }

  /** Returns this query with hits that carry their vectors, or not. */
  public KnnQuery withVector(boolean wanted) {
    return new KnnQuery(vector, k, wanted, withPayload, asOf, after, filter, budget, cancelled);
  }

  /** Returns this query with hits that carry their payloads, or not. */
  public KnnQuery withPayload(boolean wanted) {
    return new KnnQuery(vector, k, withVector, wanted, asOf, after, filter, budget, cancelled);
  }

  /**
   * Returns this query with a signal that ends it early: asked at least every 4,096 rows, by each
   * thread that scores rows and by the one that waits for the answer, perhaps at once; when true
   * the search throws {@link java.util.concurrent.CancellationException}.
   */
  public KnnQuery cancelledBy(BooleanSupplier signal) {
    return new KnnQuery(vector, k, withVector, withPayload, asOf, after, filter, budget, signal);
  }

  /**
   * Returns this query as of earlier positions.
   *
   * @param positions next offset by partition; a partition that is left out is read as it is now
   */
  public KnnQuery asOf(Map<Integer, Long> positions) {
    return new KnnQuery(
        vector,
        k,
        withVector,
        withPayload,
        Map.copyOf(positions),
        after,
        filter,
        budget,
        cancelled);
  }

  /**
   * Returns this query for what comes after a hit of the same search on the same view: its next
   * page.
   */
  public KnnQuery after(HitPlace place) {
    return new KnnQuery(
        vector, k, withVector, withPayload, asOf, Optional.of(place), filter, budget, cancelled);
  }

  /** Returns this query for the rows that a filter lets through. */
  public KnnQuery filter(Filter rows) {
    return new KnnQuery(
        vector, k, withVector, withPayload, asOf, after, Optional.of(rows), budget, cancelled);
  }

  /**
   * Returns this query with hits that take their bytes from a budget, which other queries may take
   * from, too; without one they may have any number.
   */
  public KnnQuery within(HitBudget bytes) {
    return new KnnQuery(
        vector, k, withVector, withPayload, asOf, after, filter, Optional.of(bytes), cancelled);
  }

  /** The query vector; not a copy. */
  public float[] vector() {
    return vector;
  }

  /** How many neighbours are wanted. */
  public int k() {
    return k;
  }

  /** Whether hits carry their vectors. */
  public boolean withVector() {
    return withVector;
  }

  /** Whether hits carry their payloads. */
  public boolean withPayload() {
    return withPayload;
  }

  /** Positions, by partition, that the answer is to be as of; other partitions as they are now. */
  public Map<Integer, Long> asOf() {
    return asOf;
  }

  /** The hit that the wanted ones come after, if they are not the first. */
  public Optional<HitPlace> after() {
    return after;
  }

  /** Which rows count, if not all. */
  public Optional<Filter> filter() {
    return filter;
  }

  /** What bounds the bytes of the hits, if anything does. */
  public Optional<HitBudget> budget() {
    return budget;
  }

  /** The signal that ends the search early. */
  public BooleanSupplier cancelled() {
    return cancelled;
  }

  @Override
  public String toString() {
    return "KnnQuery[k=" + k + ", vector=" + Arrays.toString(vector) + "]";
  }
}
