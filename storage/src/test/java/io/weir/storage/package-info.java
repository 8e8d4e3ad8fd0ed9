/** Tests of the store as a whole. */
@NullMarked
package io.weir.storage;

import org.jspecify.annotations.NullMarked;
