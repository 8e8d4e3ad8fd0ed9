package io.weir.deploy.produce;

import io.weir.deploy.config.KafkaConfig;
import io.weir.storage.record.VectorSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to send, and where to.
 *
 * @param startRow the first row that is sent, counted through all files from 0
 * @param limit the most records that are sent
 * @param schema of the collection that reads the topic, if that is known
 * @param newPartitions partitions of the topic if it has to be made; empty: it must be there
 */
record ProduceOptions(
    List<Path> files,
    RowColumns columns,
    Optional<String> keyPrefix,
    long startRow,
    long limit,
    String topic,
    KafkaConfig kafka,
    SendFormat format,
    Acks acks,
    Optional<VectorSchema> schema,
    OptionalInt newPartitions) {}
