package io.weir.ingest;

import io.weir.ingest.decode.JsonFieldReader;
import io.weir.ingest.decode.KeyFormat;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which topic feeds a collection, and how.
 *
 * @param collection name of a collection that is declared in the store
 * @param topic the topic whose partitions are the collection's shards
 * @param format how its values hold vectors
 * @param deadLetterTopic where rejected records go; empty: they are counted, logged once a reason,
 *     and passed
 * @param key how its keys hold the ids
 * @param vectorField of a format with schemas: name of the field with the vector
 * @param schemaFile of a format with schemas: the schema of all values; empty: each names its own
 * @param message of Protobuf with a file: full name of the message; empty: the only one of the file
 * @param onReject what becomes of records that cannot be taken in
 * @param fields of payloads, that filters may name
 */
public record CollectionFeed(
    String collection,
    String topic,
    RecordFormat format,
    Optional<String> deadLetterTopic,
    KeyFormat key,
    String vectorField,
    Optional<Path> schemaFile,
    Optional<String> message,
    OnReject onReject,
    List<Field> fields) {

  /** Name of the field with the vector, where no other is set. */
  public static final String DEFAULT_VECTOR_FIELD = "vector";

  private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

  /** Checks the names, and that nothing is set that the format has no use for. */
  public CollectionFeed {
    fields = List.copyOf(fields);
    requireTopicName(collection, topic);
    deadLetterTopic.ifPresent(name -> requireTopicName(collection, name));
    require(
        deadLetterTopic.isEmpty() || !deadLetterTopic.get().equals(topic),
        collection,
        "the dead-letter topic is the topic " + topic + " itself");
    require(
        onReject != OnReject.DEAD_LETTER || deadLetterTopic.isPresent(),
        collection,
        "rejected records are to go to a dead-letter topic, but none is set");
    require(
        FIELD_NAME.matcher(vectorField).matches(),
        collection,
        "vector field '"
            + vectorField
            + "'; allowed are 1 to 100 of A-Z a-z 0-9 _, no digit first");
    require(
        format.hasSchema() || vectorField.equals(DEFAULT_VECTOR_FIELD),
        collection,
        "a vector field is set, but format " + format + " has no schemas");
    require(
        format.hasSchema() || schemaFile.isEmpty(),
        collection,
        "a schema file is set, but format " + format + " has no schemas");
    require(
        message.isEmpty() || (format == RecordFormat.PROTOBUF && schemaFile.isPresent()),
        collection,
        "a message is set, which only a schema file of Protobuf has");
    try {
      var _ = declared(fields);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("collection " + collection + ": " + e.getMessage(), e);
    }
  }

  /**
   * Without a dead-letter topic, so that rejected records are dropped; keys are UTF-8, the vector
   * is in the field {@code vector}; no fields for filters.
   */
  public static CollectionFeed of(String collection, String topic, RecordFormat format) {
    return new CollectionFeed(
        collection,
        topic,
        format,
        Optional.empty(),
        KeyFormat.UTF8,
        DEFAULT_VECTOR_FIELD,
        Optional.empty(),
        Optional.empty(),
        OnReject.DROP,
        List.of());
  }

  /** Returns a feed that is like this one, of other topics into another collection. */
  CollectionFeed withNames(
      String otherCollection, String otherTopic, Optional<String> otherDeadLetterTopic) {
    return new CollectionFeed(
        otherCollection,
        otherTopic,
        format,
        otherDeadLetterTopic,
        key,
        vectorField,
        schemaFile,
        message,
        onReject,
        fields);
  }

  /** Whether its values name schemas that only a registry has. */
  public boolean needsRegistry() {
    return format.hasSchema() && schemaFile.isEmpty();
  }

  /** Returns this feed with a topic for rejected records, or none, and then they are dropped. */
  public CollectionFeed withDeadLetterTopic(Optional<String> name) {
    return new CollectionFeed(
        collection,
        topic,
        format,
        name,
        key,
        vectorField,
        schemaFile,
        message,
        name.isPresent() ? OnReject.DEAD_LETTER : OnReject.DROP,
        fields);
  }

  /** Returns this feed with another way to treat rejected records. */
  public CollectionFeed withOnReject(OnReject way) {
    return new CollectionFeed(
        collection,
        topic,
        format,
        deadLetterTopic,
        key,
        vectorField,
        schemaFile,
        message,
        way,
        fields);
  }

  /** Returns this feed with other keys. */
  public CollectionFeed withKey(KeyFormat keys) {
    return new CollectionFeed(
        collection,
        topic,
        format,
        deadLetterTopic,
        keys,
        vectorField,
        schemaFile,
        message,
        onReject,
        fields);
  }

  /** Returns this feed with the vector in another field. */
  public CollectionFeed withVectorField(String name) {
    return new CollectionFeed(
        collection,
        topic,
        format,
        deadLetterTopic,
        key,
        name,
        schemaFile,
        message,
        onReject,
        fields);
  }

  /** Returns this feed with one schema for all values, and the message of it. */
  public CollectionFeed withSchemaFile(Optional<Path> file, Optional<String> messageName) {
    return new CollectionFeed(
        collection,
        topic,
        format,
        deadLetterTopic,
        key,
        vectorField,
        file,
        messageName,
        onReject,
        fields);
  }

  /** Returns this feed with other fields that filters may name. */
  public CollectionFeed withFields(List<Field> others) {
    return new CollectionFeed(
        collection,
        topic,
        format,
        deadLetterTopic,
        key,
        vectorField,
        schemaFile,
        message,
        onReject,
        others);
  }

  /**
   * What to declare the collection with, so that its payloads, which are JSON whatever the format,
   * can be filtered by: the fields, and what reads them.
   */
  public DeclaredFields declaredFields() {
    return declared(fields);
  }

  private static DeclaredFields declared(List<Field> fields) {
    return fields.isEmpty()
        ? DeclaredFields.NONE
        : new DeclaredFields(fields, new JsonFieldReader(fields));
  }

  private static void requireTopicName(String collection, String topic) {
    require(
        TOPIC_NAME.matcher(topic).matches() && !topic.equals(".") && !topic.equals(".."),
        collection,
        "topic name '" + topic + "'; allowed are 1 to 249 characters of a-z A-Z 0-9 . _ -");
  }

  private static void require(boolean holds, String collection, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("collection " + collection + ": " + otherwise);
    }
  }
}
