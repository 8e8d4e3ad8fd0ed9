/** Weir deploy. */
@NullMarked
package io.weir.deploy;

import org.jspecify.annotations.NullMarked;
