/**
 * Answers from one immutable view of hot and cold rows: get by key and exact nearest neighbours.
 *
 * <p>In: a hot snapshot and the published chunks, taken together. Out: rows and hits, copied.
 */
@NullMarked
package io.weir.storage.query;

import org.jspecify.annotations.NullMarked;
