/**
 * HTTP, and nothing about vectors: the way of a request from the socket to a handler and back.
 *
 * <p>In: bytes of a connection. {@link io.weir.api.http.HttpEndpoint} bounds what a connection may
 * do, {@code Dispatcher} turns a request into a {@link io.weir.api.http.Request}, {@link
 * io.weir.api.http.Router} finds its {@link io.weir.api.http.Handler}. Out: an {@link
 * io.weir.api.http.Answer}; every failure becomes a {@link io.weir.api.http.Problem} in one place.
 * Handlers see no Netty type and run on an event loop: they hand waiting work to a {@link
 * io.weir.api.work.WorkerPool}.
 */
@NullMarked
package io.weir.api.http;

import org.jspecify.annotations.NullMarked;
