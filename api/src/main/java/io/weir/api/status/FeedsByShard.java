package io.weir.api.status;

import io.weir.api.FeedStatus.Feed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Feeds, to be found by collection and partition. */
final class FeedsByShard {

  private final Map<String, SortedMap<Integer, Feed>> byCollection = new HashMap<>();

  private FeedsByShard() {}

  static FeedsByShard of(List<Feed> feeds) {
    FeedsByShard sorted = new FeedsByShard();
    for (Feed feed : feeds) {
      sorted
          .byCollection
          .computeIfAbsent(feed.collection(), _ -> new TreeMap<>())
          .put(feed.partition(), feed);
    }
    return sorted;
  }

  /** The feeds of a collection, by partition. */
  SortedMap<Integer, Feed> of(String collection) {
    return byCollection.getOrDefault(collection, new TreeMap<>());
  }
}
