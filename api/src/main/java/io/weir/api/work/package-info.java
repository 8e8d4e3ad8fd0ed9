/**
 * Where work waits and runs that must not be on an event loop.
 *
 * <p>In: work that reads the store, from handlers. Out: its result, or the problem that says why it
 * did not run to its end. Threads, queue and time are bounded.
 */
@NullMarked
package io.weir.api.work;

import org.jspecify.annotations.NullMarked;
