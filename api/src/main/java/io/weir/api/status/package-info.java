/**
 * What the server says about itself: figures, health, where to find what.
 *
 * <p>In: the store's figures, the feeder's state. Out: JSON, or a problem that says what is waited
 * for.
 */
@NullMarked
package io.weir.api.status;

import org.jspecify.annotations.NullMarked;
