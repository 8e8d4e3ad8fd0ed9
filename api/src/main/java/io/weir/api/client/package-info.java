/**
 * A client of Weir's HTTP API, for programs on the JVM. It needs this package and nothing else of
 * Weir's.
 *
 * <p>In: an address, requests as values. Out: {@code Mono} and {@code Flux} of values. {@link
 * io.weir.api.client.WeirClient} is the way in, {@link io.weir.api.client.CollectionClient} one
 * collection; a call becomes an {@code ApiRequest}, which {@code HttpTransport} sends, again where
 * that is safe ({@code Attempts}), until its deadline; {@code JsonObject}, {@code RowJson} and the
 * {@code PieceDecoder}s read what comes back.
 *
 * <p><b>Errors:</b> every failure of a call is a {@link io.weir.api.client.WeirException}; a value
 * that could not be meant is an {@code IllegalArgumentException} where it is made.
 *
 * <p><b>Threads:</b> everything public may be used from any thread. Values are immutable. A call
 * begins when it is subscribed to, anew with each subscription; its signals come on the client's
 * event loops, where nothing may wait.
 */
@NullMarked
package io.weir.api.client;

import org.jspecify.annotations.NullMarked;
