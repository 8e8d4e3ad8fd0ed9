/**
 * The store as clients of Qdrant read it over HTTP: collections, and rows as points.
 *
 * <p>In: requests of {@code io.weir.api.http} under Qdrant's paths, in its words. Out: what the
 * store has, in its documents; refusals of everything that writes, with the topic to produce to.
 * Reads the store in the ways of {@code collection} and {@code search}.
 */
@NullMarked
package io.weir.api.qdrant;

import org.jspecify.annotations.NullMarked;
