/**
 * A second pair of eyes on the files of a store: says what is in them, and whether they are whole.
 *
 * <p>In: a data folder, of a stopped store or under a running one. Out: {@link
 * io.weir.storage.check.StoreReport} and {@link io.weir.storage.check.VerifyReport}.
 *
 * <p>It reads with positional reads and never maps, so that a bad disk is an error here and not the
 * end of the process. It knows {@code io} and {@code record} and nothing else of storage: numbers,
 * layouts and decoding are its own, taken from the byte tables, because a reader that shares code
 * with the writer shares its mistakes too. A change of the format is made twice, on purpose.
 */
@NullMarked
package io.weir.storage.check;

import org.jspecify.annotations.NullMarked;
