/** Weir api. */
@NullMarked
package io.weir.api;

import org.jspecify.annotations.NullMarked;
