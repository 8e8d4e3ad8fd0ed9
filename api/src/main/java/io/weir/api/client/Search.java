package io.weir.api.client;

import java.util.Optional;

/**
 * A search for the nearest rows.
 *
 * @param origin what they are near to
 * @param k how many, 1 to 1,000
 * @param offset how many of the nearest are passed over; with {@code k} at most 1,000
 * @param filter which rows count; all where it is empty
 * @param options what comes with hits, and which records they have to have seen
 * @param paged whether the answer has a cursor for the next page
 */
public record Search(
    Origin origin, int k, int offset, Optional<Filter> filter, ReadOptions options, boolean paged) {

  private static final int DEFAULT_K = 10;

  /** Checks the ranges that hold at any server. */
  public Search {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + "; allowed are 1 and more");
    }
    if (offset < 0) {
      throw new IllegalArgumentException("offset is " + offset + "; allowed are 0 and more");
    }
  }

  /** What rows are near to. */
  public sealed interface Origin {

    /** A vector; as many components as the collection has dimensions. */
    record Given(Vector vector) implements Origin {}

    /** The vector of a row, which is itself among the hits. */
    record Stored(String key) implements Origin {}
  }

  /** The ten nearest to a vector, with payloads and without vectors. */
  public static Search vector(float... components) {
    return near(new Origin.Given(Vector.of(components)));
  }

  /** The ten nearest to a vector, with payloads and without vectors. */
  public static Search vector(Vector vector) {
    return near(new Origin.Given(vector));
  }

  /** The ten nearest to the vector under a key, with payloads and without vectors. */
  public static Search key(String key) {
    return near(new Origin.Stored(key));
  }

  private static Search near(Origin origin) {
    ReadOptions options = ReadOptions.defaults().withVector(false);
    return new Search(origin, DEFAULT_K, 0, Optional.empty(), options, false);
  }

  /** Returns this search for so many. */
  public Search k(int count) {
    return new Search(origin, count, offset, filter, options, paged);
  }

  /** Returns this search so that it passes over so many of the nearest. */
  public Search offset(int count) {
    return new Search(origin, k, count, filter, options, paged);
  }

  /** Returns this search of the rows that a filter lets through. */
  public Search filter(Filter rows) {
    return new Search(origin, k, offset, Optional.of(rows), options, paged);
  }

  /** Returns this search with other options. */
  public Search options(ReadOptions others) {
    return new Search(origin, k, offset, filter, others, paged);
  }

  /** Returns this search with vectors in its hits, or without. */
  public Search withVector(boolean wanted) {
    return options(options.withVector(wanted));
  }

  /** Returns this search with payloads in its hits, or without. */
  public Search withPayload(boolean wanted) {
    return options(options.withPayload(wanted));
  }

  /** Returns this search so that it waits for a position. */
  public Search minPosition(Position position) {
    return options(options.minPosition(position));
  }

  /** Returns this search as of a position. */
  public Search asOf(Position position) {
    return options(options.asOf(position));
  }

  /** Returns this search with a cursor in its answer, or without. */
  public Search paged(boolean wanted) {
    return new Search(origin, k, offset, filter, options, wanted);
  }
}
