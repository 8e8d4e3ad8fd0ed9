/**
 * The vector store of one process: opens a data folder, hands out writers and answers.
 *
 * <p>In: records of log partitions, in offset order, one writer a shard. Out: rows, neighbours,
 * durable positions and figures. {@link io.weir.storage.VectorStore} is the way in; the packages
 * below it are the record's way, in order: {@code record}, {@code hot}, {@code checkpoint}, {@code
 * segment}, {@code query}; {@code io} is the only door to the file system, {@code os} the only one
 * to the operating system.
 */
@NullMarked
package io.weir.storage;

import org.jspecify.annotations.NullMarked;
