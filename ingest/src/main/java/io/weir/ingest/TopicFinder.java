package io.weir.ingest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds topics that match a {@link TopicPattern} and are not fed from yet.
 *
 * <p>A topic that a feed names, as source or for dead letters, belongs to that feed. Of two
 * patterns that match, the first counts. One that cannot be fed from, as when its collection would
 * have a name that is not allowed, is told once in the log, and shown.
 *
 * <p><b>Threads:</b> the control thread; {@link #skipped} any.
 */
final class TopicFinder {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFinder.class);

  private final List<TopicPattern> patterns;
  private final Set<String> settled = new HashSet<>();
  private volatile Map<String, String> skipped = Map.of();

  TopicFinder(List<TopicPattern> patterns) {
    this.patterns = patterns;
  }

  /** Whether there is something to look for. */
  boolean looks() {
    return !patterns.isEmpty();
  }

  /** A feed that is new, and the pattern that it comes from. */
  record Found(CollectionFeed feed, TopicPattern pattern) {}

  /**
   * Returns feeds of topics that have not been returned before.
   *
   * @param topics names of all topics but internal ones
   * @param feeds what is fed already
   */
  List<Found> find(Collection<String> topics, Collection<CollectionFeed> feeds) {
    Set<String> taken = new HashSet<>();
    feeds.forEach(feed -> {
      taken.add(feed.topic());
      feed.deadLetterTopic().ifPresent(taken::add);
    });
    List<Found> found = new ArrayList<>();
    for (String topic : new TreeSet<>(topics)) {
      if (taken.contains(topic)
          || settled.contains(topic)
          || patterns.stream().anyMatch(pattern -> pattern.isDeadLetterTopic(topic))) {
        continue;
      }
      for (TopicPattern pattern : patterns) {
        Optional<Found> feed = feed(topic, pattern);
        if (feed.isPresent()) {
          settled.add(topic);
          found.add(feed.get());
          break;
        }
      }
    }
    return found;
  }

  /** The topic of a feed that was found cannot be fed from. */
  void skip(String topic, String why) {
    settled.add(topic);
    LOG.warn("topic {} matches topics-regex and is not read: {}", topic, why);
    Map<String, String> more = new TreeMap<>(skipped);
    more.put(topic, why);
    skipped = Map.copyOf(more);
  }

  /** Topics that match and are not read, with the reason. */
  Map<String, String> skipped() {
    return skipped;
  }

  private Optional<Found> feed(String topic, TopicPattern pattern) {
    try {
      return pattern.feed(topic).map(feed -> new Found(feed, pattern));
    } catch (IllegalArgumentException e) {
      skip(topic, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
