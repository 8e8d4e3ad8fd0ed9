package io.weir.deploy.config;

import io.weir.ingest.RecordFormat;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** Reads the list of collections and checks them against each other. */
final class CollectionsReader {

  private final SettingReader reader;

  CollectionsReader(SettingReader reader) {
    this.reader = reader;
  }

  /** Returns the collections that are right by themselves; everything else is noted. */
  List<CollectionConfig> read() {
    SortedSet<Integer> indices = reader.settings().collections();
    if (indices.isEmpty()) {
      reader.noteMissing(
          Settings.COLLECTIONS,
          reader.wayToSet(),
          "a list, each entry with at least name and dimension");
    } else if (indices.last() >= WeirConfig.MAX_COLLECTIONS) {
      reader.note(
          Settings.COLLECTIONS
              + " has an entry "
              + indices.last()
              + "; allowed: 0 to "
              + (WeirConfig.MAX_COLLECTIONS - 1));
    } else if (indices.last() >= indices.size()) {
      reader.note(
          "collections has an entry "
              + indices.last()
              + " but only "
              + indices.size()
              + " entries; allowed: indices without a gap, from 0");
    }
    List<CollectionConfig> collections = new ArrayList<>();
    for (int index : indices) {
      collection(index).ifPresent(collections::add);
    }
    noteRepeatedNames(indices);
    noteRepeatedTopics(indices);
    noteLoops(indices, collections);
    return collections;
  }

  private Optional<CollectionConfig> collection(int index) {
    Optional<String> name = reader.value(Settings.COLLECTION_NAME.at(index));
    Optional<String> topic = reader.value(Settings.COLLECTION_TOPIC.at(index)).or(() -> name);
    Optional<Integer> dimension = reader.value(Settings.COLLECTION_DIMENSION.at(index));
    Optional<Metric> metric = reader.value(Settings.COLLECTION_METRIC.at(index));
    Optional<RecordFormat> format = reader.value(Settings.COLLECTION_FORMAT.at(index));
    Optional<String> deadLetters = reader.value(Settings.COLLECTION_DEAD_LETTER_TOPIC.at(index));
    if (name.isEmpty() || dimension.isEmpty() || metric.isEmpty() || format.isEmpty()) {
      return Optional.empty();
    }
    VectorSchema schema = new VectorSchema(dimension.get(), metric.get());
    return Optional.of(
        new CollectionConfig(name.get(), topic.orElseThrow(), schema, format.get(), deadLetters));
  }

  private void noteRepeatedNames(Set<Integer> indices) {
    Map<String, String> keysByName = new HashMap<>();
    for (int index : indices) {
      String key = Settings.COLLECTION_NAME.at(index).key();
      Optional<LayeredSettings.Text> name = reader.settings().text(key);
      name.map(text -> keysByName.putIfAbsent(text.text(), key))
          .ifPresent(first ->
              reader.noteBad(
                  key, name.get(), ", and so is " + first + "; allowed: each name once"));
    }
  }

  /** A topic feeds one collection: its partitions are that collection's shards. */
  private void noteRepeatedTopics(Set<Integer> indices) {
    Map<String, String> keysByTopic = new HashMap<>();
    for (int index : indices) {
      String topicKey = Settings.COLLECTION_TOPIC.at(index).key();
      String nameKey = Settings.COLLECTION_NAME.at(index).key();
      String key = reader.settings().text(topicKey).isPresent() ? topicKey : nameKey;
      Optional<LayeredSettings.Text> topic = reader.settings().text(key);
      topic
          .map(text -> keysByTopic.putIfAbsent(text.text(), key))
          // Two names that are the same have been noted.
          .filter(first -> key.equals(topicKey) || first.endsWith("].topic"))
          .ifPresent(first ->
              reader.noteBad(
                  key,
                  topic.get(),
                  ", a topic that is read already (" + first + "); allowed: each topic once"));
    }
  }

  /** A rejected record must not be read again, by whichever collection. */
  private void noteLoops(Set<Integer> indices, List<CollectionConfig> collections) {
    Set<String> topics = new HashSet<>();
    collections.forEach(collection -> topics.add(collection.topic()));
    for (int index : indices) {
      String key = Settings.COLLECTION_DEAD_LETTER_TOPIC.at(index).key();
      reader
          .settings()
          .text(key)
          .filter(deadLetters -> topics.contains(deadLetters.text()))
          .ifPresent(deadLetters ->
              reader.noteBad(
                  key,
                  deadLetters,
                  ", a topic that a collection reads; allowed: one that none reads"));
    }
  }
}
