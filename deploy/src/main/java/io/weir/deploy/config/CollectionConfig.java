package io.weir.deploy.config;

import io.weir.ingest.RecordFormat;
import io.weir.storage.record.VectorSchema;
import java.util.Optional;

/**
 * One collection and the topic that feeds it.
 *
 * @param name the collection's name, as {@link io.weir.storage.VectorStore#declare} allows it
 * @param topic the topic that it is read from; no other collection reads it
 * @param schema dimension and metric
 * @param format how the records' values hold their vectors
 * @param deadLetterTopic where rejected records go; without one they are counted and logged
 */
public record CollectionConfig(
    String name,
    String topic,
    VectorSchema schema,
    RecordFormat format,
    Optional<String> deadLetterTopic) {}
