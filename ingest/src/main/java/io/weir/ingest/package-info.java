/**
 * From the partitions of Kafka topics into the shards of a store, exactly once.
 *
 * <p>In: {@link io.weir.ingest.IngestSettings}, a {@link io.weir.storage.VectorStore} whose
 * collections are declared. Out: records in its shards, rejected records on dead-letter topics,
 * {@link io.weir.ingest.IngestStatus} and meters. {@link io.weir.ingest.IngestService} is the way
 * in; the packages below are the record's way, in order: {@code poll}, {@code decode}, {@code
 * flow}.
 */
@NullMarked
package io.weir.ingest;

import org.jspecify.annotations.NullMarked;
