/**
 * What is watched of a request: its span, its line in the access log, and its line in the log of
 * slow queries.
 *
 * <p>In: a request's first lines, and what its handler tells of a query. {@link
 * io.weir.api.observe.Observer} begins an {@link io.weir.api.observe.Observation}, which ends with
 * the answer. Out: spans of OpenTelemetry, and two loggers, {@code weir.access} and {@code
 * weir.slow-query}, whose events have their fields as key-value pairs. No text of a client goes
 * into a log as it came: see {@link io.weir.api.observe.LogText}.
 */
@NullMarked
package io.weir.api.observe;

import org.jspecify.annotations.NullMarked;
