package io.weir.api.position;

import io.weir.api.FeedStatus;
import io.weir.api.FeedStatus.Feed;
import io.weir.storage.record.SourcePosition;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * What an answer has seen.
 *
 * @param nextOffsets by partition: every record below is in it, and none above
 * @param lags by partition: how many offsets the log's end, where the feed knows it, is ahead
 */
public record SeenPosition(SortedMap<Integer, Long> nextOffsets, SortedMap<Integer, Long> lags) {

  /** Takes a position and what the feeds know of its partitions. */
  public static SeenPosition of(
      String collection, SortedMap<Integer, SourcePosition> position, FeedStatus feeds) {
    SortedMap<Integer, Long> nextOffsets = new TreeMap<>();
    position.forEach((partition, seen) -> nextOffsets.put(partition, seen.nextOffset()));
    SortedMap<Integer, Long> lags = new TreeMap<>();
    for (Feed feed : feeds.feeds()) {
      if (feed.collection().equals(collection) && feed.progress().endOffset().isPresent()) {
        long end = feed.progress().endOffset().getAsLong();
        long seen = nextOffsets.getOrDefault(feed.partition(), 0L);
        lags.put(feed.partition(), Math.max(0, end - seen));
      }
    }
    return new SeenPosition(nextOffsets, lags);
  }

  /** Writes it as the properties {@code position} and {@code lag}. */
  public void write(JsonGenerator json) {
    write(json, "position", nextOffsets);
    write(json, "lag", lags);
  }

  private static void write(JsonGenerator json, String name, SortedMap<Integer, Long> offsets) {
    json.writeObjectPropertyStart(name);
    offsets.forEach(
        (partition, offset) -> json.writeNumberProperty(Integer.toString(partition), offset));
    json.writeEndObject();
  }

  /** The same as headers, for answers that are no JSON document: {@code 0:1200,1:1310}. */
  public Map<String, String> headers() {
    return Map.of("Weir-Position", PositionText.of(nextOffsets), "Weir-Lag", PositionText.of(lags));
  }
}
