/**
 * Measures Weir beside what the hardware, or a peer, does in the same run.
 *
 * <p>In: the name of a bench. Out: figures, as a table or as one JSON object. {@code Main} is the
 * way in; each {@code Bench} measures one thing and says which.
 */
@NullMarked
package io.weir.bench;

import org.jspecify.annotations.NullMarked;
