package io.weir.api.watch;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of an event: what the client has been told. For each partition its next offset and, where
 * the partition has been made anew, how often: {@code 0:12,1.2:7}, or {@code -} where there is no
 * partition. What a client knows of it is that it can send it back.
 *
 * @param nextOffsets next offset by partition
 * @param incarnations which of a partition's shards that is of; left out where it is not known
 */
record EventId(SortedMap<Integer, Long> nextOffsets, Map<Integer, Integer> incarnations) {

  /** The header in which a client gives the id of the last event that it has had. */
  static final String HEADER = "Last-Event-ID";

  /** An empty id would be none to a client. */
  private static final String NO_PARTITION = "-";

  private static final Pattern PARTITION =
      Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9}))?:(\\d{1,18})");

  /** A position of whichever shards there are: one that has not come from here. */
  static EventId of(SortedMap<Integer, Long> nextOffsets) {
    return new EventId(nextOffsets, Map.of());
  }

  /** Writes an id; a shard that is not known counts as the first of its partition. */
  static String text(SortedMap<Integer, Long> nextOffsets, Map<Integer, Integer> incarnations) {
    StringBuilder text = new StringBuilder();
    nextOffsets.forEach((partition, offset) -> {
      text.append(text.isEmpty() ? "" : ",").append(partition);
      int incarnation = incarnations.getOrDefault(partition, 0);
      if (incarnation > 0) {
        text.append('.').append(incarnation);
      }
      text.append(':').append(offset);
    });
    return text.isEmpty() ? NO_PARTITION : text.toString();
  }

  /**
   * Reads the id that a client gives.
   *
   * @throws ProblemException if it is none
   */
  static EventId parse(String id) {
    SortedMap<Integer, Long> nextOffsets = new TreeMap<>();
    Map<Integer, Integer> incarnations = new TreeMap<>();
    if (id.equals(NO_PARTITION)) {
      return new EventId(nextOffsets, incarnations);
    }
    for (String part : id.split(",", -1)) {
      Matcher matcher = PARTITION.matcher(part);
      if (!matcher.matches()) {
        throw refused(id);
      }
      int partition = Integer.parseInt(part, matcher.start(1), matcher.end(1), 10);
      long offset = Long.parseLong(part, matcher.start(3), matcher.end(3), 10);
      boolean madeAnew = matcher.start(2) >= 0;
      incarnations.put(
          partition, madeAnew ? Integer.parseInt(part, matcher.start(2), matcher.end(2), 10) : 0);
      if (nextOffsets.put(partition, offset) != null) {
        throw refused(id);
      }
    }
    return new EventId(nextOffsets, incarnations);
  }

  private static ProblemException refused(String id) {
    return Problem.of(
            ProblemType.INVALID_PARAMETER,
            "header "
                + HEADER
                + " is '"
                + id
                + "'; allowed are ids of events of this stream, as they came")
        .toException();
  }
}
