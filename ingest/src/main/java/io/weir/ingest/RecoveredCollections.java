package io.weir.ingest;

import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.field.Field;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares the fields of collections that a store has on its disk and that topics of a {@link
 * TopicPattern} feed, as far as their names tell. Their rows are served at once; filters on them,
 * and merges of them, need not wait until the brokers have told which topics there are.
 *
 * <p>A collection that a feed names is left to whoever declares that one. So is one that patterns
 * with other fields could feed, too: it is declared when its topic is found.
 */
final class RecoveredCollections {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveredCollections.class);

  private RecoveredCollections() {}

  /** Declares those that can be. */
  static void declare(IngestSettings settings, VectorStore store) {
    for (VectorCollection collection : store.collections()) {
      String name = collection.name();
      if (settings.feeds().stream().anyMatch(feed -> feed.collection().equals(name))) {
        continue;
      }
      List<CollectionFeed> like =
          settings.patterns().stream()
              .filter(pattern -> pattern.schema().equals(collection.schema()))
              .filter(pattern -> pattern.mayFeed(name))
              .map(TopicPattern::like)
              .toList();
      List<List<Field>> fields = like.stream().map(CollectionFeed::fields).distinct().toList();
      if (fields.size() == 1) {
        var _ = store.declare(name, collection.schema(), like.getFirst().declaredFields());
        LOG.debug("collection {} is on the disk; it has the fields of its topics-regex", name);
      }
    }
  }
}
