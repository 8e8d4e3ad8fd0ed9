package io.weir.api.client;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A position of a collection's log: the next offset of each of some partitions. An answer at a
 * position has seen every record below it and none above.
 *
 * @param nextOffsets next offset by partition, none of either negative
 */
public record Position(SortedMap<Integer, Long> nextOffsets) {

  /** No partition. */
  public static final Position NONE = new Position(new TreeMap<>());

  /** Copies the map. */
  public Position {
    nextOffsets = Collections.unmodifiableSortedMap(new TreeMap<>(nextOffsets));
    for (Map.Entry<Integer, Long> entry : nextOffsets.entrySet()) {
      if (entry.getKey() < 0 || entry.getValue() < 0) {
        throw new IllegalArgumentException(
            "partition "
                + entry.getKey()
                + " has the next offset "
                + entry.getValue()
                + "; neither must be negative");
      }
    }
  }

  /** A position of one partition. */
  public static Position of(int partition, long nextOffset) {
    return NONE.with(partition, nextOffset);
  }

  /**
   * The position that has a record: as {@code minPosition} of a read, it waits for it.
   *
   * @param offset the offset that Kafka acknowledged
   */
  public static Position after(int partition, long offset) {
    return of(partition, offset + 1);
  }

  /** Returns this position with another next offset of a partition. */
  public Position with(int partition, long nextOffset) {
    SortedMap<Integer, Long> more = new TreeMap<>(nextOffsets);
    more.put(partition, nextOffset);
    return new Position(more);
  }

  /** Whether it has no partition. */
  public boolean isEmpty() {
    return nextOffsets.isEmpty();
  }

  /** Reads what {@link #toString} writes. */
  static Position parse(String text) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    if (text.isEmpty()) {
      return NONE;
    }
    try {
      for (String pair : text.split(",", -1)) {
        int colon = pair.indexOf(':');
        offsets.put(
            Integer.valueOf(pair.substring(0, Math.max(colon, 0))),
            Long.valueOf(pair.substring(colon + 1)));
      }
      return new Position(offsets);
    } catch (IllegalArgumentException e) {
      throw new UnreadableAnswer("'" + text + "' is no position");
    }
  }

  /** As it stands in queries and headers: {@code 0:1200,1:1310}. */
  @Override
  public String toString() {
    return nextOffsets.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
