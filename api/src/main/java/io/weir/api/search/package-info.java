/**
 * Nearest-neighbour search.
 *
 * <p>In: a vector or a key, as JSON or as float32 bytes. Out: hits, nearest first, and the position
 * that they have seen. A search is parsed, run and written on the pool of searches, and told when
 * its client is gone or its deadline has passed.
 */
@NullMarked
package io.weir.api.search;

import org.jspecify.annotations.NullMarked;
