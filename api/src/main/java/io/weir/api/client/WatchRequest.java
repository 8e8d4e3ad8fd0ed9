package io.weir.api.client;

import java.util.Optional;

/**
 * Which rows are watched for.
 *
 * @param near those that are near to a vector; there is this, a filter, or both
 * @param filter those that a filter lets through
 * @param withVector whether rows have their vectors
 * @param withPayload whether rows have their payloads
 * @param since where to begin, such as at the position of a search; now where it is empty
 * @param after the id of the event of an earlier watch behind which to begin; goes before {@code
 *     since}
 */
public record WatchRequest(
    Optional<Near> near,
    Optional<Filter> filter,
    boolean withVector,
    boolean withPayload,
    Optional<Position> since,
    Optional<String> after) {

  /** Checks that something is watched for. */
  public WatchRequest {
    if (near.isEmpty() && filter.isEmpty()) {
      throw new IllegalArgumentException(
          "there is nothing to watch for; give a vector with a threshold, a filter, or both");
    }
  }

  /**
   * Rows near to a vector.
   *
   * @param threshold the worst score that counts: none below it, or of Euclidean distances above it
   */
  public record Near(Vector vector, float threshold) {}

  /** Rows near to a vector; with payloads, without vectors, from now on. */
  public static WatchRequest near(float threshold, float... components) {
    return new WatchRequest(
        Optional.of(new Near(Vector.of(components), threshold)),
        Optional.empty(),
        false,
        true,
        Optional.empty(),
        Optional.empty());
  }

  /** Rows that a filter lets through; with payloads, without vectors, from now on. */
  public static WatchRequest of(Filter rows) {
    return new WatchRequest(
        Optional.empty(), Optional.of(rows), false, true, Optional.empty(), Optional.empty());
  }

  /** Returns this watch for those that a filter lets through. */
  public WatchRequest filter(Filter rows) {
    return new WatchRequest(near, Optional.of(rows), withVector, withPayload, since, after);
  }

  /** Returns this watch with vectors or without. */
  public WatchRequest withVector(boolean wanted) {
    return new WatchRequest(near, filter, wanted, withPayload, since, after);
  }

  /** Returns this watch with payloads or without. */
  public WatchRequest withPayload(boolean wanted) {
    return new WatchRequest(near, filter, withVector, wanted, since, after);
  }

  /** Returns this watch from a position on. */
  public WatchRequest since(Position position) {
    return new WatchRequest(near, filter, withVector, withPayload, Optional.of(position), after);
  }

  /** Returns this watch behind an event of an earlier one, which was for the same rows. */
  public WatchRequest after(String eventId) {
    return new WatchRequest(near, filter, withVector, withPayload, since, Optional.of(eventId));
  }
}
