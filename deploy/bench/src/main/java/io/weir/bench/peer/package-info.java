/**
 * Other stores that hold the same rows, for a look at what is usual.
 *
 * <p>In: rows. Out: files in a folder, and a row again under its key. Compression is off, and no
 * peer says anything: their logs stay in their folders or are dropped.
 */
@NullMarked
package io.weir.bench.peer;

import org.jspecify.annotations.NullMarked;
