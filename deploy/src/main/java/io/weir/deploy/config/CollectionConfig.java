package io.weir.deploy.config;

import io.weir.ingest.CollectionFeed;
import io.weir.ingest.OnReject;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.TopicPattern;
import io.weir.ingest.decode.KeyFormat;
import io.weir.storage.field.Field;
import io.weir.storage.record.VectorSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One collection and the topic that feeds it.
 *
 * @param name the collection's name, or a template of several with {@code topicsRegex}, as {@link
 *     io.weir.storage.VectorStore#declare} allows it
 * @param topic the topic that it is read from; no other collection reads it
 * @param schema dimension and metric
 * @param format how the records' values hold their vectors
 * @param deadLetterTopic where rejected records go; without one they are counted and logged
 * @param key how the records' keys hold the ids
 * @param vectorField of avro and protobuf: name of the field with the vector
 * @param schemaFile of avro and protobuf: the schema of all values; without one each names its own
 * @param message of protobuf with a schema file: the message's full name; may be left out where the
 *     file has one message
 * @param onReject what becomes of rejected records
 * @param topicsRegex what the names of the topics match, in place of {@code topic}
 * @param fields of payloads, that searches can filter by
 */
public record CollectionConfig(
    String name,
    String topic,
    VectorSchema schema,
    RecordFormat format,
    Optional<String> deadLetterTopic,
    KeyFormat key,
    String vectorField,
    Optional<Path> schemaFile,
    Optional<String> message,
    OnReject onReject,
    Optional<String> topicsRegex,
    List<Field> fields) {

  /** Copies the list. */
  public CollectionConfig {
    fields = List.copyOf(fields);
  }

  /** Of one topic, without fields. */
  public CollectionConfig(
      String name,
      String topic,
      VectorSchema schema,
      RecordFormat format,
      Optional<String> deadLetterTopic,
      KeyFormat key,
      String vectorField,
      Optional<Path> schemaFile,
      Optional<String> message,
      OnReject onReject) {
    this(
        name,
        topic,
        schema,
        format,
        deadLetterTopic,
        key,
        vectorField,
        schemaFile,
        message,
        onReject,
        Optional.empty(),
        List.of());
  }

  /** Of one topic, with keys in UTF-8 and without a schema. */
  public CollectionConfig(
      String name,
      String topic,
      VectorSchema schema,
      RecordFormat format,
      Optional<String> deadLetterTopic) {
    this(
        name,
        topic,
        schema,
        format,
        deadLetterTopic,
        KeyFormat.UTF8,
        CollectionFeed.DEFAULT_VECTOR_FIELD,
        Optional.empty(),
        Optional.empty(),
        deadLetterTopic.isPresent() ? OnReject.DEAD_LETTER : OnReject.DROP);
  }

  /** Returns this with other fields. */
  public CollectionConfig withFields(List<Field> others) {
    return new CollectionConfig(
        name,
        topic,
        schema,
        format,
        deadLetterTopic,
        key,
        vectorField,
        schemaFile,
        message,
        onReject,
        topicsRegex,
        others);
  }

  /** Whether its keys are text as it is. */
  public boolean hasTextKeys() {
    return key == KeyFormat.UTF8;
  }

  /** How its topic feeds it. */
  public CollectionFeed feed() {
    return feed(name, topic, deadLetterTopic);
  }

  /**
   * How all topics that match feed collections, if it has an expression for them.
   *
   * @throws IllegalArgumentException if the expression or a template is wrong
   */
  public Optional<TopicPattern> pattern() {
    return topicsRegex.map(regex ->
        new TopicPattern(
            regex,
            name,
            schema,
            feed("any", "any", deadLetterTopic.map(_ -> "any-rejected")),
            deadLetterTopic));
  }

  private CollectionFeed feed(String collection, String from, Optional<String> deadLetters) {
    return CollectionFeed.of(collection, from, format)
        .withDeadLetterTopic(deadLetters)
        .withOnReject(onReject)
        .withKey(key)
        .withVectorField(vectorField)
        .withSchemaFile(schemaFile, message)
        .withFields(fields);
  }
}
