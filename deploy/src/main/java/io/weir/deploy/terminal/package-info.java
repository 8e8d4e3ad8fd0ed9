/**
 * What commands in front of a terminal have in common: progress, figures as people read them, and
 * the wish to stop.
 *
 * <p>In: counts and signals. Out: lines on a stream that is handed in. Knows nothing of Weir.
 */
@NullMarked
package io.weir.deploy.terminal;

import org.jspecify.annotations.NullMarked;
