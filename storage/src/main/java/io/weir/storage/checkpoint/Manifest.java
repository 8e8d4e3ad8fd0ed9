package io.weir.storage.checkpoint;

import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.SegmentSet;
import java.util.Optional;
import java.util.UUID;

/**
 * What of a shard is durable.
 *
 * @param generation number of this manifest, 1 for the first
 * @param store UUID of the store
 * @param collection name of the collection
 * @param partition number of the partition
 * @param schema dimension and metric of the collection
 * @param topicId the incarnation of the topic that the rows came from, once known
 * @param position where to read on
 * @param contents files and their committed lengths
 */
public record Manifest(
    long generation,
    UUID store,
    String collection,
    int partition,
    VectorSchema schema,
    Optional<UUID> topicId,
    Optional<SourcePosition> position,
    SegmentSet.Contents contents) {}
