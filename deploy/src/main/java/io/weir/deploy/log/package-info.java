/**
 * The logs of requests: a JSON object a line.
 *
 * <p>In: events of the loggers {@code weir.access} and {@code weir.slow-query}, whose fields are
 * key-value pairs. Out: lines, where the settings say.
 */
@NullMarked
package io.weir.deploy.log;

import org.jspecify.annotations.NullMarked;
