/**
 * Asks a Weir over HTTP/1.1, as fast as it answers or at a fixed rate, or watches it.
 *
 * <p>In: requests as bytes. Out: how many were answered, or refused, and how long each took. Knows
 * of answers what it needs to find their ends.
 */
@NullMarked
package io.weir.bench.http;

import org.jspecify.annotations.NullMarked;
