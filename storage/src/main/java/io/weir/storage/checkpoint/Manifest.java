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
 * @param successor whether the shard is made beside the one in its partition's place, which counts
 * @param feed what is remembered of what feeds the shard
 * @param position where to read on
 * @param history how far the shard can be read as it was
 * @param contents files and their committed lengths
 */
public record Manifest(
    long generation,
    UUID store,
    String collection,
    int partition,
    VectorSchema schema,
    boolean successor,
    Feed feed,
    Optional<SourcePosition> position,
    HistoryLog history,
    SegmentSet.Contents contents) {}
