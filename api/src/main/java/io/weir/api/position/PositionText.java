package io.weir.api.position;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Next offsets by partition as one word: {@code 0:1200,1:1310}. */
public final class PositionText {

  /** What is allowed, for a person. */
  public static final String FORM =
      "partitions, each once, with their next offsets, as in 0:1200,1:1310";

  private PositionText() {}

  /** Writes a position. */
  public static String of(SortedMap<Integer, Long> nextOffsets) {
    return nextOffsets.entrySet().stream()
        .map((Map.Entry<Integer, Long> entry) -> entry.getKey() + ":" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  /** Reads a position; empty if the text is none. No text is a position without partitions. */
  public static Optional<SortedMap<Integer, Long>> parse(String text) {
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    if (text.isEmpty()) {
      return Optional.of(offsets);
    }
    for (String pair : text.split(",", -1)) {
      int colon = pair.indexOf(':');
      try {
        int partition = Integer.parseInt(pair.substring(0, Math.max(colon, 0)));
        long offset = Long.parseLong(pair.substring(colon + 1));
        if (partition < 0 || offset < 0 || offsets.putIfAbsent(partition, offset) != null) {
          return Optional.empty();
        }
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return Optional.of(offsets);
  }
}
