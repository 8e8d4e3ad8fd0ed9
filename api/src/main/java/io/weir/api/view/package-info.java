/**
 * Views of a collection that outlive a request, or go on for as long as a client reads.
 *
 * <p>In: a view that has been pinned. Out: the view, for a bounded time; there are never more than
 * a bounded number.
 */
@NullMarked
package io.weir.api.view;

import org.jspecify.annotations.NullMarked;
