/**
 * The HTTP API over a vector store: get, search, export, checkpoints, figures, health.
 *
 * <p>In: a {@link io.weir.storage.VectorStore}, what the feeder of the store says about itself
 * ({@link io.weir.api.FeedStatus}), settings. Out: a running {@link io.weir.api.ApiServer}. The way
 * of a request: {@code http} takes it off the connection and finds its handler; the handler, in
 * {@code collection}, {@code search}, {@code export}, {@code watch}, {@code checkpoint}, {@code
 * status}, {@code metrics} or {@code qdrant}, checks it and hands what may wait to a pool of {@code
 * work}; {@code position} waits for records before that, {@code view} bounds what clients hold,
 * {@code filter} reads filters, {@code json} reads and writes what several of them share, {@code
 * observe} watches all of it for spans and logs. {@code client} is the other end of the wire, and
 * knows none of these. {@code access} knows who may ask.
 */
@NullMarked
package io.weir.api;

import org.jspecify.annotations.NullMarked;
