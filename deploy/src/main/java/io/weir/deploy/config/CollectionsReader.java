package io.weir.deploy.config;

import io.weir.ingest.OnReject;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.decode.KeyFormat;
import io.weir.storage.field.Field;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.nio.file.Path;
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
    SortedSet<Integer> indices = reader.settings().indices(Settings.COLLECTIONS);
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
    Optional<KeyFormat> key = reader.value(Settings.COLLECTION_KEY.at(index));
    Optional<String> vectorField = reader.value(Settings.COLLECTION_VECTOR_FIELD.at(index));
    Optional<Path> schemaFile = reader.value(Settings.COLLECTION_SCHEMA_FILE.at(index));
    Optional<String> message = reader.value(Settings.COLLECTION_MESSAGE.at(index));
    Optional<OnReject> onReject = reader.value(Settings.COLLECTION_ON_REJECT.at(index));
    List<Field> fields = new FieldsReader(reader, index).read(format);
    noteDeadLetters(index, onReject, deadLetters);
    format.ifPresent(known -> noteSchema(index, known));
    if (name.isEmpty()
        || dimension.isEmpty()
        || metric.isEmpty()
        || format.isEmpty()
        || key.isEmpty()
        || vectorField.isEmpty()) {
      return Optional.empty();
    }
    CollectionConfig collection =
        new CollectionConfig(
            name.get(),
            topic.orElseThrow(),
            new VectorSchema(dimension.get(), metric.get()),
            format.get(),
            deadLetters,
            key.get(),
            vectorField.get(),
            schemaFile,
            message,
            onReject.orElse(deadLetters.isPresent() ? OnReject.DEAD_LETTER : OnReject.DROP),
            reader.value(Settings.COLLECTION_TOPICS_REGEX.at(index)),
            fields);
    notePattern(index, collection);
    return Optional.of(collection);
  }

  /** Names are templates with an expression for topics, and only with one. */
  private void notePattern(int index, CollectionConfig collection) {
    String regexKey = Settings.COLLECTION_TOPICS_REGEX.at(index).key();
    Optional<LayeredSettings.Text> regex = reader.settings().text(regexKey);
    if (regex.isEmpty()) {
      noteTemplate(Settings.COLLECTION_NAME.at(index));
      noteTemplate(Settings.COLLECTION_DEAD_LETTER_TOPIC.at(index));
      return;
    }
    noteUseless(Settings.COLLECTION_TOPIC.at(index).key(), "no topics-regex");
    try {
      var _ = collection.pattern();
    } catch (IllegalArgumentException e) {
      reader.noteBad(regexKey, regex.get(), "; " + e.getMessage());
    }
  }

  private void noteTemplate(Setting<String> setting) {
    reader
        .settings()
        .text(setting.key())
        .filter(text -> text.text().contains("{"))
        .ifPresent(text ->
            reader.noteBad(
                setting.key(), text, "; allowed without topics-regex: " + setting.allowed()));
  }

  private void noteDeadLetters(
      int index, Optional<OnReject> onReject, Optional<String> deadLetters) {
    if (onReject.equals(Optional.of(OnReject.DEAD_LETTER)) && deadLetters.isEmpty()) {
      reader.note(
          Settings.COLLECTION_ON_REJECT.at(index).key()
              + " is dead-letter; set "
              + Settings.COLLECTION_DEAD_LETTER_TOPIC.at(index).key());
    }
  }

  /** What a format needs to know of schemas, and what it has no use for. */
  private void noteSchema(int index, RecordFormat format) {
    String fileKey = Settings.COLLECTION_SCHEMA_FILE.at(index).key();
    boolean hasFile = isGiven(fileKey);
    if (!format.hasSchema()) {
      noteUseless(fileKey, "format avro or protobuf");
      noteUseless(Settings.COLLECTION_VECTOR_FIELD.at(index).key(), "format avro or protobuf");
    } else if (!hasFile && !isGiven(Settings.REGISTRY_URL.key())) {
      reader.note(
          Settings.COLLECTION_FORMAT.at(index).key()
              + " needs schemas; set "
              + fileKey
              + " or "
              + Settings.REGISTRY_URL.key());
    }
    if (format != RecordFormat.PROTOBUF || !hasFile) {
      noteUseless(Settings.COLLECTION_MESSAGE.at(index).key(), "format protobuf and a schema-file");
    }
  }

  private boolean isGiven(String key) {
    return reader.settings().text(key).isPresent();
  }

  private void noteUseless(String key, String use) {
    reader
        .settings()
        .text(key)
        .ifPresent(text -> reader.noteBad(key, text, "; allowed only with " + use));
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
