/**
 * From batches into a shard: in offset order, waiting while there is no room, dropping nothing.
 *
 * <p>In: {@link io.weir.ingest.poll.RecordBatch}es of one partition. Out: calls of {@link
 * io.weir.storage.Shard}, rejected records to {@link io.weir.ingest.flow.DeadLetters}, counts and
 * meters.
 */
@NullMarked
package io.weir.ingest.flow;

import org.jspecify.annotations.NullMarked;
