/**
 * Which records an answer is to have seen, and which it has.
 *
 * <p>In: {@code minPosition} and {@code asOf} of a request. Out: answers that have waited for the
 * first without holding a thread and are of the second, with the position that they saw and how far
 * the log was ahead of it.
 */
@NullMarked
package io.weir.api.position;

import org.jspecify.annotations.NullMarked;
