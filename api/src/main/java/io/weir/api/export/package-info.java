/**
 * All live rows of a collection, as fast as the client reads them.
 *
 * <p>In: a request. Out: rows of one view, block by block, as lines of JSON or as framed float32.
 * The next block is read from the store when the client has taken the one before.
 */
@NullMarked
package io.weir.api.export;

import org.jspecify.annotations.NullMarked;
