/**
 * The rows of a shard that are not durable yet: off-heap, bounded in bytes, searchable at once.
 *
 * <p>In: {@link io.weir.storage.record.VectorRecord}s, in offset order, from one writer. Out:
 * snapshots for queries and for the checkpoint. {@link io.weir.storage.hot.HotBuffer} owns the
 * memory; {@code Slabs}, {@code EntryTable}, {@code ByteLog} and {@code KeyTable} are its parts.
 */
@NullMarked
package io.weir.storage.hot;

import org.jspecify.annotations.NullMarked;
