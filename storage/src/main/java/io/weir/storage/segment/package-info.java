/**
 * Segment files: chunks of rows, appended by checkpoints, mapped to be read.
 *
 * <p>In: rows from {@code checkpoint}, through {@link io.weir.storage.segment.ChunkSource}. Out:
 * chunks that find a key and lend a row's bytes, and dead marks, which say what later records have
 * replaced. {@code SegmentFormat} and {@code DeadFormat} hold every byte table.
 */
@NullMarked
package io.weir.storage.segment;

import org.jspecify.annotations.NullMarked;
