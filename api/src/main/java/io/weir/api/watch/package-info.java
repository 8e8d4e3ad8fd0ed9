/**
 * Tells clients, as server-sent events, which rows come that they are interested in, and which go.
 *
 * <p>In: a request with a vector and a threshold, a filter, or both. Out: an event for each record
 * that concerns it, in the order of the log, from now on or from the position of an event that the
 * client has had. {@code WatchRoute} reads the request; a {@code WatchHub} a collection reads each
 * change once and holds it against all watchers; what a {@code Watcher} does not take in time stays
 * in the store, from where it is read for this one alone.
 */
@NullMarked
package io.weir.api.watch;

import org.jspecify.annotations.NullMarked;
