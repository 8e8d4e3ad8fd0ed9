package io.weir.api.client;

/**
 * What comes with rows, and which records an answer has to have seen.
 *
 * @param withVector whether rows have their vectors
 * @param withPayload whether rows have their payloads
 * @param minPosition what is waited for, up to the deadline of the server
 * @param asOf what the answer is as of; partitions that are left out are read as they are
 */
public record ReadOptions(
    boolean withVector, boolean withPayload, Position minPosition, Position asOf) {

  /** Whole rows, as they are now. */
  public static ReadOptions defaults() {
    return new ReadOptions(true, true, Position.NONE, Position.NONE);
  }

  /** Returns these options with vectors or without. */
  public ReadOptions withVector(boolean wanted) {
    return new ReadOptions(wanted, withPayload, minPosition, asOf);
  }

  /** Returns these options with payloads or without. */
  public ReadOptions withPayload(boolean wanted) {
    return new ReadOptions(withVector, wanted, minPosition, asOf);
  }

  /** Returns these options with another position to wait for. */
  public ReadOptions minPosition(Position position) {
    return new ReadOptions(withVector, withPayload, position, asOf);
  }

  /** Returns these options with another position to read as of. */
  public ReadOptions asOf(Position position) {
    return new ReadOptions(withVector, withPayload, minPosition, position);
  }

  /** Whether it is about the present. */
  boolean isNow() {
    return minPosition.isEmpty() && asOf.isEmpty();
  }
}
